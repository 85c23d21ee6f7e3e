import { expect, test } from 'vitest';
import { controlPlaneEffect } from '../planted-bugs/broken-control-plane.ts';
import { failActivation } from '../planted-bugs/scenes.ts';
import { after, MINUTE, scenarioWith, sketch } from '../support/small-fleets.ts';
import { noticed } from './noticed.ts';

/** One host fails while another is dispatched and cannot be reached. */
const FAILS_WHILE_ANOTHER_IS_AWAY = scenarioWith([sketch({ waves: [['a1', 'a2']] })], {
  steps: [failActivation, after(0, { type: 'partition', hosts: ['a2'], forMs: 20 * MINUTE })],
});

test('is silent when a rollout that ends takes back what is outstanding', () => {
  expect(noticed(FAILS_WHILE_ANOTHER_IS_AWAY)).toEqual(new Set());
});

test('notices a dispatch that outlives its rollout', () => {
  const kept = controlPlaneEffect('WithdrawDispatch', () => []);
  expect(noticed(FAILS_WHILE_ANOTHER_IS_AWAY, kept)).toContain('halt');
});

test('notices a dispatch that is withdrawn for a reason that is not so', () => {
  const asSuperseded = controlPlaneEffect('WithdrawDispatch', (effect) => [
    { ...effect, because: 'rollout-superseded' as const },
  ]);
  expect(noticed(FAILS_WHILE_ANOTHER_IS_AWAY, asSuperseded)).toContain('halt');
});
