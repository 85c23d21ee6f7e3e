import { noState, type Judge } from './invariant.ts';

/** A closure that a host rolled back from is not dispatched on that channel again. */
export const quarantine: Judge<object> = {
  begin: noState,
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
