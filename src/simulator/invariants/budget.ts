import { noState, type Judge } from './invariant.ts';

/** No dispatch takes the activating, soaking and dispatched hosts of a selector over its limit. */
export const budget: Judge<object> = {
  begin: noState,
  effects: {
    QueueDispatch: ({ ledger, broken }, _, { host, rolloutId }) => {
      const { book, at } = ledger.find(rolloutId, host);
      if (book === null) return;
      book.manifest.budgets.forEach(({ selectorKey, summary, limit }, index) => {
        const count = ledger.inFlight(selectorKey);
        if (limit === null || count < limit || book.selected[index]?.[at] !== 1) return;
        broken(
          'budget',
          host,
          rolloutId,
          `${host} was dispatched while ${count} of ${limit} hosts of ${summary} were in flight.`,
        );
      });
    },
  },
};
