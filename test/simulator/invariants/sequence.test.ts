import { expect, test } from 'vitest';
import { simulate } from '../../../src/simulator/index.ts';
import { AGENT_DISPATCH_BUGS } from '../planted-bugs/agent-dispatch-bugs.ts';
import { alone } from '../planted-bugs/scenes.ts';
import { after } from '../support/small-fleets.ts';
import { noticed } from './noticed.ts';

/** The agent refuses the second report of its worker. */
const REPEATED = alone([after(0, { type: 'repeat-report', hosts: ['a1'], times: null })]);

test('is silent when a report comes twice', () => {
  const run = simulate(REPEATED);
  expect(run.violations).toEqual([]);
  expect(run.faults).toContainEqual(expect.objectContaining({ fault: 'report-repeated', count: 1 }));
});

test('notices that a refused report uses up a number', () => {
  const bug = AGENT_DISPATCH_BUGS.find(({ name }) => name === 'a report that is refused uses up a number');
  expect(noticed(REPEATED, bug?.cores)).toContain('sequence');
});
