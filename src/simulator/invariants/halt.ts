import type { MakeInvariant } from './invariant.ts';

/** A rollout dispatches nothing more once a host of it failed or reverted. */
export const halt: MakeInvariant = ({ ledger, broken }) => ({
  effects: {
    QueueDispatch: ({ host, rolloutId }) => {
      const { book } = ledger.find(rolloutId, host);
      if (book === null || !book.hasFailed) return;
      broken('halt', host, rolloutId, `${host} was dispatched after a host of ${rolloutId} had failed.`);
    },
  },
});
