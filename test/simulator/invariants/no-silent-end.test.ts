import { expect, test } from 'vitest';
import { AGENT_RECOVERY_BUGS } from '../planted-bugs/agent-recovery-bugs.ts';
import { findBug } from '../planted-bugs/find-bug.ts';

const RUNS = 12;

test('is silent while agents crash and go on', () => {
  expect(findBug({}, 4)).toBeNull();
});

test.each([
  ['no rollback is fired after a failed activation', 'no silent end'],
  ['a boot goes back although the host is back', 'no silent end'],
  ['a boot fires the switch although the target runs', 'reports'],
])('notices that %s', (name, invariant) => {
  const bug = AGENT_RECOVERY_BUGS.find((one) => one.name === name);
  if (bug === undefined) throw new Error(`There is no bug called ${name}.`);
  expect(findBug(bug.cores, RUNS)?.what).toBe(`invariant ${invariant}`);
});
