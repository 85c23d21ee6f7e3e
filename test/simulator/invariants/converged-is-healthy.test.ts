import { expect, test } from 'vitest';
import { agent } from '../planted-bugs/broken-agent.ts';
import { alone } from '../planted-bugs/scenes.ts';
import { after } from '../support/small-fleets.ts';
import { noticed } from './noticed.ts';

const SWITCHED = alone([after(3, { type: 'switch-by-hand', hosts: ['a1'], closure: 'built-by-hand' })]);

test('is silent while a host that was switched by hand does not converge', () => {
  expect(noticed(SWITCHED)).not.toContain('converged is healthy');
});

test('notices a host that converges on what it says it does not run', () => {
  const blind = agent({
    sweep: ({ runningClosure: _ }, record, _policy, now) =>
      record.state === 'Soaking' && record.soakDueAt !== null && now >= record.soakDueAt
        ? { type: 'LocalConvergedReached', convergedAt: now, currentClosure: record.targetClosure }
        : null,
  });
  expect(noticed(SWITCHED, blind)).toContain('converged is healthy');
});
