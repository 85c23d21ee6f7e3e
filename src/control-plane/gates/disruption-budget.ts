import type { Gate } from './gate.ts';

/** Only so many hosts of a selector may be in flight at once, over all rollouts. */
export const disruptionBudgetGate: Gate = {
  name: 'disruption-budget',
  reach: 'group',
  check: ({ inFlight }, { hostname, budgets }) => {
    for (const { selectorKey, summary, limit } of budgets) {
      const count = inFlight(selectorKey);
      if (count < limit) continue;
      return {
        gate: 'disruption-budget',
        reason:
          limit === 0
            ? `The disruption budget ${summary} lets no host be in flight; raise it to roll out to ${hostname}.`
            : `${hostname} waits for room in the disruption budget ${summary}: ${count} of ${limit} hosts are in flight.`,
        waitsFor: '',
        until: null,
      };
    }
    return null;
  },
};
