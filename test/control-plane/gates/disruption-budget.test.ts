import { expect, test } from 'vitest';
import { disruptionBudgetGate } from '../../../src/control-plane/gates/disruption-budget.ts';
import { candidate, gateContext, reasonOf } from '../support/gate-world.ts';

const web = { selectorKey: 'web', summary: 'tags:web', limit: 2 };
const none = { selectorKey: 'none', summary: 'hosts:a', limit: 0 };
const check = (inFlight: number, budgets = [web]) =>
  disruptionBudgetGate.check(
    gateContext({ inFlight: (key) => (key === 'web' ? inFlight : 0) }),
    candidate({ budgets }),
  );

test('room below the limit, none at the limit or above it', () => {
  expect(check(1)).toBeNull();
  expect(check(2)).toEqual({
    gate: 'disruption-budget',
    selectorKey: 'web',
    summary: 'tags:web',
    inFlight: 2,
    limit: 2,
  });
  expect(reasonOf(check(2))).toContain('tags:web: 2 in flight, at most 2 allowed');
  expect(check(3)).not.toBeNull();
});

test('every budget that selects the host counts', () => {
  expect(reasonOf(check(0, [web, none]))).toContain('raise it');
  expect(check(9, [])).toBeNull();
});
