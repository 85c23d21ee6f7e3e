import { isDispatching } from './host-states.ts';
import { noState, type Judge } from './invariant.ts';

/** A rollout that failed, reverted or was superseded dispatches nothing more; under `halt`, no host rolls back. */
export const halt: Judge<object> = {
  begin: noState,
  on: {
    PollAnswered: ({ ledger, broken }, _, { hostname, dispatch }) => {
      const book = dispatch === null ? undefined : ledger.books.get(dispatch.rolloutId);
      if (book === undefined || isDispatching(book.state)) return;
      broken(
        'halt',
        hostname,
        book.rolloutId,
        `A poll of ${hostname} got a dispatch of a rollout that is ${book.state}.`,
      );
    },
  },
  emitted: {
    RollbackComplete: ({ ledger, broken }, _, { rolloutId, event }, { name }) => {
      if (ledger.manifestOf(rolloutId)?.policy.onHealthFailure !== 'halt') return;
      broken(
        'halt',
        name,
        rolloutId,
        `${name} went back to ${event.revertedToClosure}, and the policy of ${rolloutId} is to halt.`,
      );
    },
  },
  effects: {
    QueueDispatch: ({ ledger, broken }, _, { host, rolloutId }) => {
      const { book } = ledger.find(rolloutId, host);
      if (book === null) return;
      if (book.state === 'Superseded' || book.state === 'Pruned') {
        broken('halt', host, rolloutId, `${host} was dispatched by ${rolloutId}, which is ${book.state}.`);
      }
      if (!book.hasFailed) return;
      broken('halt', host, rolloutId, `${host} was dispatched after a host of ${rolloutId} had failed.`);
    },
  },
};
