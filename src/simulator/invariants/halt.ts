import { isDispatching } from './host-states.ts';
import type { Judge } from './invariant.ts';
import { itemAt } from './rollout-book.ts';

interface State {
  /** Rollouts that ended in this turn. */
  readonly ended: Set<string>;
}

/**
 * A rollout that failed, reverted or was superseded dispatches nothing more, and withdraws its outstanding dispatches.
 * Under `halt`, no host rolls back.
 */
export const halt: Judge<State> = {
  begin: () => ({ ended: new Set() }),
  on: {
    ControlPlaneIdle: ({ ledger, broken }, { ended }) => {
      if (ended.size === 0) return;
      for (const rolloutId of ended) {
        const book = ledger.books.get(rolloutId);
        const place = book === undefined || isDispatching(book.state) ? -1 : book.isOutstanding.indexOf(1);
        if (book !== undefined && place >= 0) {
          const { hostname } = itemAt(book.manifest.hosts, place);
          const message = `${rolloutId} is ${book.state}, but its dispatch of ${hostname} was not withdrawn.`;
          broken('halt', hostname, rolloutId, message);
        }
      }
      ended.clear();
    },
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
        `${name} rolled back to ${event.revertedToClosure}, but the policy of ${rolloutId} is halt.`,
      );
    },
  },
  effects: {
    RecordRolloutTransition: (_, { ended }, { rolloutId, to }) => {
      if (!isDispatching(to)) ended.add(rolloutId);
    },
    WithdrawDispatch: ({ ledger, broken }, _, { host, rolloutId, because }) => {
      if (because !== 'rollout-superseded' && because !== 'rollout-halted') return;
      const state = ledger.books.get(rolloutId)?.state ?? null;
      const isRight =
        because === 'rollout-superseded' ? state === 'Superseded' : state === 'Failed' || state === 'Reverted';
      if (!isRight)
        broken(
          'halt',
          host,
          rolloutId,
          `The dispatch of ${host} was withdrawn as ${because}, but ${rolloutId} is ${state}.`,
        );
    },
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
