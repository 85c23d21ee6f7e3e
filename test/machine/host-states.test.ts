import { describe, expect, it } from 'vitest';
import { hostRolloutMachine } from '../../src/machine/host-rollout.machine.ts';
import { hostStates, isAtEnd, isInFlight, isOrderingEligible } from '../../src/machine/host-states.ts';

describe('the states of the chart', () => {
  it('mean to others what the table of the specification says', () => {
    const meaning = hostStates.map((state) =>
      [
        state,
        isOrderingEligible(state) ? 'ordering-eligible' : '',
        isInFlight(state) ? 'in flight' : '',
        isAtEnd(state, 'rollback-and-halt') ? 'ends' : isAtEnd(state, 'halt') ? 'ends under halt' : '',
      ].filter((word) => word !== ''),
    );
    expect(meaning).toEqual([
      ['Pending'],
      ['Activating', 'in flight'],
      ['Deferred', 'ordering-eligible'],
      ['Soaking', 'in flight'],
      ['Converged', 'ordering-eligible', 'ends'],
      ['Failed', 'ends under halt'],
      ['Reverted', 'ends'],
    ]);
  });

  it('are those of the vocabulary, in its order', () => {
    expect(Object.keys(hostRolloutMachine.states)).toEqual(hostStates);
  });

  it('are each described', () => {
    for (const state of Object.values(hostRolloutMachine.states)) expect(state.description).toMatch(/\.$/);
  });
});
