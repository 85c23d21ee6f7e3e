import { byCodeUnit } from '../text/index.ts';
import type { DisruptionBudget, Fleet } from './fleet-manifest.ts';
import { indexHosts, selectedHosts } from './host-index.ts';
import type { RolloutBudget } from './rollout-manifest.ts';
import { selectorKey, selectorSummary } from './selector.ts';

/**
 * How many of a budget's `selectedCount` hosts may be in flight (specification: fleet-manifest, "From a fleet to a
 * rollout"). A percentage is rounded down, but gives at least 1, even at 0 %. `maxInFlight: 0` is literal and allows
 * none. If both are given, the smaller limit applies. If neither is, there is no limit, which is `null`.
 */
export function budgetLimit(
  budget: Pick<DisruptionBudget, 'maxInFlight' | 'maxInFlightPct'>,
  selectedCount: number,
): number | null {
  const share = budget.maxInFlightPct === null ? null : Math.max(1, percentOf(selectedCount, budget.maxInFlightPct));
  return smallerLimit(budget.maxInFlight, share);
}

/** Rounded down, but not because of binary fractions: 33.3 % of 3000 is 999, not 998.9999999999999. */
function percentOf(count: number, percentage: number): number {
  return Math.floor(Number(((count * percentage) / 100).toPrecision(12)));
}

function smallerLimit(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.min(a, b);
}

/**
 * The budgets of the fleet with their hosts, one per selector, sorted by `selectorKey`. Two budgets with the same
 * selector count the same hosts, so they become one with the smaller limit.
 */
export function resolveBudgets(fleet: Pick<Fleet, 'hosts' | 'disruptionBudgets'>): readonly RolloutBudget[] {
  const index = indexHosts(fleet.hosts);
  const resolved = new Map<string, RolloutBudget>();
  for (const budget of fleet.disruptionBudgets) {
    const key = selectorKey(budget.selector);
    const known = resolved.get(key);
    const hosts = known?.hosts ?? selectedHosts(index, budget.selector);
    resolved.set(key, {
      selectorKey: key,
      selector: budget.selector,
      summary: selectorSummary(budget.selector),
      hosts,
      limit: smallerLimit(known?.limit ?? null, budgetLimit(budget, hosts.length)),
    });
  }
  return [...resolved.values()].sort((a, b) => byCodeUnit(a.selectorKey, b.selectorKey));
}
