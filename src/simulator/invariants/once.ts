import { noState, type Judge } from './invariant.ts';

/** No known rollout id is opened again, and no host is dispatched twice in a rollout. */
export const once: Judge<object> = {
  begin: noState,
  effects: {
    QueueDispatch: ({ ledger, broken }, _, { host, rolloutId }) => {
      const { book, at } = ledger.find(rolloutId, host);
      const state = book?.states[at];
      if (book === null || (state === 'Pending' && book.isOutstanding[at] === 0)) return;
      broken(
        'once',
        host,
        rolloutId,
        `${host} was dispatched a second time, while it is ${state ?? 'not of the rollout'}.`,
      );
    },
    OpenRollout: ({ ledger, broken }, _, { rolloutId }) => {
      if (ledger.books.has(rolloutId)) broken('once', null, rolloutId, `${rolloutId} was opened a second time.`);
    },
  },
};
