import { expect, test } from 'vitest';
import { isDispatching, rolloutMachine, type RolloutState } from '../../src/rollout/index.ts';

test('a rollout dispatches until it is at an end, has failed, or another takes its place', () => {
  // The keys of the machine's states are all the states.
  const states = Object.keys(rolloutMachine.states) as RolloutState[];
  expect(states.filter(isDispatching)).toEqual(['Opening', 'Active', 'Converging']);
});
