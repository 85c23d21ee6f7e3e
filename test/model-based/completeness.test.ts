import { describe, expect, it } from 'vitest';
import { getSimplePaths } from 'xstate/graph';
import type { HostEvent } from '../../src/machine/events.ts';
import { recordOfSnapshot, snapshotOfRecord } from '../../src/machine/host-actor.ts';
import { hostRolloutMachine } from '../../src/machine/host-rollout.machine.ts';
import { hostStates, isAtEnd } from '../../src/machine/host-states.ts';
import { chartCell, chartCells, hostEventTypes, sampleHost, sides, type TestPath } from '../../src/testing/index.ts';
import { eventOf, usualMoves } from '../../src/testing/moves.ts';
import { everyGeneration, pathsOf, policies } from '../support/generated-paths.ts';
import { legalPairs } from '../support/oracle.ts';

/** The record before each event, accepted or not. */
function visits({ start, steps }: TestPath) {
  let before = start;
  return steps.map(({ event, expected }) => {
    const visit = { key: chartCell(before.state, event.type).key, isNew: event.seq > before.lastEventSeq, expected };
    if (expected.ok) before = expected.state;
    return visit;
  });
}

describe('the generated paths', () => {
  it('stand on 7 states, 24 events, 168 cells, and the 28 legal pairs of the specification', () => {
    expect([hostStates.length, hostEventTypes.length, chartCells.length]).toEqual([7, 24, 168]);
    const legal = chartCells.filter(({ target }) => target !== null).map(({ key }) => key);
    expect(new Set(legal)).toEqual(legalPairs);
    expect(legal).toHaveLength(28);
  });

  it('give a new event to each of the 168 cells under each policy', () => {
    for (const policy of policies) {
      const tried = pathsOf('allTransitions')
        .filter((path) => path.policy.onHealthFailure === policy)
        .flatMap(visits)
        .filter(({ isNew }) => isNew);
      expect(new Set(tried.map(({ key }) => key)).size).toBe(168);
    }
  });

  it('take each of the 28 legal transitions', () => {
    const taken = pathsOf('validTransitions')
      .flatMap(visits)
      .filter(({ expected }) => expected.ok);
    expect(new Set(taken.map(({ key }) => key))).toEqual(legalPairs);
  });
});

describe.each(sides.flatMap((side) => policies.map((policy) => [side, policy] as const)))(
  'the ways of the %s to the ends, under %s,',
  (side, onHealthFailure) => {
    const policy = { onHealthFailure };

    it('match those of XState', () => {
      const found = getSimplePaths(hostRolloutMachine, {
        fromState: snapshotOfRecord(sampleHost, policy),
        serializeState: (snapshot) => recordOfSnapshot(snapshot).state,
        serializeEvent: (event) => event.type,
        filterEvents: (snapshot, event) => snapshot.can(event),
        events: (snapshot): HostEvent[] => {
          const record = recordOfSnapshot(snapshot);
          return usualMoves(side).map((move) => eventOf(move, { record, policy, at: record.dispatchedAt }));
        },
        // Otherwise, the search ends at the first requested state, but a failed host can still revert.
        stopWhen: ({ status }) => status === 'done',
        toState: (snapshot) => isAtEnd(recordOfSnapshot(snapshot).state, onHealthFailure),
      });
      const byXState = found.map(({ steps }) =>
        // XState lists the initial state as a separate step.
        steps
          .filter(({ event }) => event.type.match(/^(Local|Remote)/))
          .map(({ state }) => recordOfSnapshot(state).state)
          .join(' '),
      );
      const ours = everyGeneration
        .filter(
          (each) => each.criterion === 'simplePaths' && each.side === side && each.onHealthFailure === onHealthFailure,
        )
        .flatMap(({ generation }) => generation.paths)
        .map(({ start, steps }) => {
          const states = steps.flatMap(({ expected }) => (expected.ok ? [expected.state.state] : []));
          return states.filter((state, index) => state !== (states[index - 1] ?? start.state)).join(' ');
        });
      expect([...new Set(ours)].sort()).toEqual([...new Set(byXState)].sort());
      expect(new Set(ours).size).toBe(onHealthFailure === 'halt' ? 10 : 6);
    });
  },
);
