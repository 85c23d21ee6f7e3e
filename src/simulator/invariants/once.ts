import type { MakeInvariant } from './invariant.ts';

/** No rollout id is opened twice while its rollout is known. */
export const once: MakeInvariant = ({ ledger, broken }) => ({
  effects: {
    OpenRollout: ({ rolloutId }) => {
      if (ledger.books.has(rolloutId)) broken('once', null, rolloutId, `${rolloutId} was opened a second time.`);
    },
  },
});
