import { expect, test } from 'vitest';
import { AGENT_RULES } from '../../../src/agent/index.ts';
import { afterEvent, agent } from '../planted-bugs/broken-agent.ts';
import { alone, crashAt } from '../planted-bugs/scenes.ts';
import { after } from '../support/small-fleets.ts';
import { noticed } from './noticed.ts';

/** The agent takes over from the control plane what its disk has lost. */
const DISK_LOST = alone([after(3, { type: 'lose-disk', hosts: ['a1'], downMs: 30_000 }), crashAt(5)]);

test('is silent when an agent takes over what it was given', () => {
  expect(noticed(DISK_LOST)).toEqual(new Set());
});

test.each([
  ['another closure at dispatch', { currentClosureAtDispatch: 'another' }],
  ['a first failure that nobody saw', { probeFailureFirstAt: 1 }],
  ['another target', { targetClosure: 'another' }],
])('notices that an agent takes over %s', (_, change) => {
  const wrong = agent({
    takeOverSnapshot: (record, snapshot) => {
      const taken = AGENT_RULES.takeOverSnapshot(record, snapshot);
      return taken === null ? null : { ...taken, ...change };
    },
  });
  expect(noticed(DISK_LOST, wrong)).toContain('transitions');
});

test('notices a failed deferral that applies the policy', () => {
  const fallsBack = alone([
    after(0, { type: 'defer-activation', hosts: ['a1'], component: 'kernel', rebootAfterMs: 60_000, times: 1 }),
    after(0, { type: 'fall-back-at-boot', hosts: ['a1'], times: 1 }),
  ]);
  const applied = afterEvent('LocalActivationFailed', () => ({ policyApplied: 'halt' }));
  expect(noticed(fallsBack)).toEqual(new Set());
  expect(noticed(fallsBack, applied)).toContain('transitions');
});
