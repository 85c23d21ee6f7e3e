import { expect, test } from 'vitest';
import { rolloutStates } from '../../src/machine/index.ts';
import { isDispatching, rolloutMachine } from '../../src/rollout/index.ts';

test('the chart has the states of the vocabulary, in its order', () => {
  expect(Object.keys(rolloutMachine.states)).toEqual(rolloutStates);
});

test('a rollout dispatches until it is at an end, has failed, or another takes its place', () => {
  expect(rolloutStates.filter(isDispatching)).toEqual(['Opening', 'Active', 'Converging']);
});
