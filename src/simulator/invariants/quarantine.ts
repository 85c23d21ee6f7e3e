import { noState, type Judge } from './invariant.ts';

/** A closure that a host rolled back from is neither dispatched on that channel again nor handed out. */
export const quarantine: Judge<object> = {
  begin: noState,
  on: {
    PollAnswered: ({ ledger, broken }, _, { hostname, dispatch }) => {
      const book = dispatch === null ? undefined : ledger.books.get(dispatch.rolloutId);
      if (dispatch === null || book === undefined) return;
      const { channel } = book.manifest;
      if (ledger.quarantined.get(channel)?.has(dispatch.targetClosure) !== true) return;
      const message = `A poll of ${hostname} got ${dispatch.targetClosure}, which is quarantined on ${channel}.`;
      broken('quarantine', hostname, book.rolloutId, message);
    },
  },
  effects: {
    QueueDispatch: ({ ledger, broken }, _, { host, rolloutId, targetClosure }) => {
      const { book } = ledger.find(rolloutId, host);
      if (book === null || ledger.quarantined.get(book.manifest.channel)?.has(targetClosure) !== true) return;
      broken(
        'quarantine',
        host,
        rolloutId,
        `${host} was dispatched to ${targetClosure}, which is quarantined on ${book.manifest.channel}.`,
      );
    },
  },
};
