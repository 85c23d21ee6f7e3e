import type { RolloutManifest } from '../../fleet/index.ts';
import type { MakeInvariant } from './invariant.ts';

interface Limit {
  readonly selectorKey: string;
  readonly summary: string;
  readonly limit: number;
  readonly hosts: ReadonlySet<string>;
}

/** No dispatch takes the activating, soaking and dispatched hosts of a selector over its limit. */
export const budget: MakeInvariant = ({ ledger, broken }) => {
  const known = new WeakMap<RolloutManifest, readonly Limit[]>();
  const limitsOf = (manifest: RolloutManifest): readonly Limit[] => {
    const found = known.get(manifest);
    if (found !== undefined) return found;
    const limits = manifest.budgets.flatMap(({ selectorKey, summary, limit, hosts }) =>
      limit === null ? [] : [{ selectorKey, summary, limit, hosts: new Set(hosts) }],
    );
    known.set(manifest, limits);
    return limits;
  };
  return {
    effects: {
      QueueDispatch: ({ host, rolloutId }) => {
        const { book } = ledger.find(rolloutId, host);
        if (book === null) return;
        for (const { selectorKey, summary, limit, hosts } of limitsOf(book.manifest)) {
          const count = ledger.inFlight(selectorKey);
          if (count < limit || !hosts.has(host)) continue;
          broken(
            'budget',
            host,
            rolloutId,
            `${host} was dispatched while ${count} of ${limit} hosts of ${summary} were in flight.`,
          );
        }
      },
    },
  };
};
