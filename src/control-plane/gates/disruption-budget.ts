import type { Gate } from './gate.ts';

/** Limits how many hosts of a selector may be in flight at once, across all rollouts. */
export const disruptionBudgetGate: Gate = {
  name: 'disruption-budget',
  reach: 'group',
  check: ({ inFlight }, { budgets }) => {
    for (const { selectorKey, summary, limit } of budgets) {
      const count = inFlight(selectorKey);
      if (count < limit) continue;
      return { gate: 'disruption-budget', selectorKey, summary, inFlight: count, limit };
    }
    return null;
  },
};
