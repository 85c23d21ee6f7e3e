import { describe, expect, it } from 'vitest';
import { chartNamed } from '../../src/visualize/chart-catalogue.ts';
import { engines, type EngineEvent, type ChartRecord } from '../../src/testing/engine.ts';
import { playablePaths } from '../../src/visualize/play/playable-paths.ts';
import { generateRolloutPaths, rolloutCriteria, type RolloutCriterion } from '../../src/testing/rollout-paths.ts';
import { newSession } from '../../src/visualize/play/session.ts';
import { writeDiagram } from '../../src/visualize/exports/formats.ts';
import { readScxml } from '../support/read-scxml.ts';
import { ScxmlSession } from '../support/run-scxml.ts';

const chart = chartNamed('rollout');
const policy = { onHealthFailure: 'halt' } as const;

/** Every step of every path, as run by the machine. */
function play(criterion: RolloutCriterion) {
  return generateRolloutPaths(criterion).flatMap(({ start, steps }) => {
    let before: ChartRecord = start;
    return steps.map(({ event, now, expected }) => {
      const from = before;
      const result = engines.rollout.step(before, event, now, policy);
      expect(result).toEqual(expected);
      if (result.ok) before = result.record;
      return { event, before: from, after: before, result };
    });
  });
}

const cellOf = ({ before, event }: { readonly before: ChartRecord; readonly event: EngineEvent }) =>
  `${before.state}.${event.type}`;

describe('the paths of the rollout', () => {
  it('reach all states', () => {
    const reached = play('allStates').map(({ after }) => after.state);
    expect(new Set(['Opening', ...reached])).toEqual(new Set(chart.states.map(({ name }) => name)));
  });

  it('take every valid transition', () => {
    const taken = play('validTransitions').flatMap((step) => (step.result.ok ? [cellOf(step)] : []));
    const legal = chart.states.flatMap(({ name, events }) =>
      events
        // A clearance is refused until its effect is defined.
        .filter(({ branches }) => !branches.every(({ guards }) => guards.includes('clearanceIsDefined')))
        .map(({ type }) => `${name}.${type}`),
    );
    expect(new Set(taken)).toEqual(new Set(legal));
  });

  it('send every event in every state', () => {
    const cells = chart.states.flatMap(({ name }) => chart.eventTypes.map((type) => `${name}.${type}`));
    expect(cells).toHaveLength(64);
    expect(new Set(play('allTransitions').map(cellOf))).toEqual(new Set(cells));
  });

  it('take every branch that the conditions distinguish', () => {
    const seen = new Map<string, Set<boolean>>();
    for (const { before, event } of play('guardOutcomes')) {
      const branches = chart.states
        .find(({ name }) => name === before.state)
        ?.events.find(({ type }) => type === event.type);
      for (const guard of branches?.branches.flatMap(({ guards }) => guards) ?? []) {
        const key = `${before.state}.${event.type} ${guard}`;
        const outcomes = seen.get(key) ?? new Set();
        seen.set(key, outcomes.add(engines.rollout.guardHolds(guard, before, event, policy)));
      }
    }
    const onlyOneWay = [...seen].filter(([, outcomes]) => outcomes.size < 2).map(([key]) => key);
    expect(onlyOneWay).toEqual([
      'Failed.OperatorClearance clearanceIsDefined',
      'Reverted.OperatorClearance clearanceIsDefined',
    ]);
  });

  it('are few, and named by their content', () => {
    for (const criterion of rolloutCriteria) {
      const { paths } = playablePaths({ ...newSession, machine: 'rollout' }, criterion);
      expect(paths.length).toBeLessThan(20);
      expect(new Set(paths.map(({ name }) => name)).size).toBe(paths.length);
      expect(paths[0]?.name).toMatch(new RegExp(`^${criterion} 1 \\(rollout\\): Opening → .*, \\d+ events?`));
    }
  });

  it('cover what they play', () => {
    const { coverage } = playablePaths({ ...newSession, machine: 'rollout' }, 'allTransitions');
    const { cells } = coverage();
    expect(cells.size).toBe(64);
    expect([...cells.values()].reduce((sum, count) => sum + count, 0)).toBe(play('allTransitions').length);
  });

  it('are also taken by the exported SCXML in an independent interpreter', () => {
    const document = readScxml(writeDiagram('rollout', 'scxml'));
    for (const { start, steps } of generateRolloutPaths('guardOutcomes')) {
      const session = new ScxmlSession(document);
      let before: ChartRecord = start;
      for (const { event } of steps) {
        const cell = chart.states
          .find(({ name }) => name === before.state)
          ?.events.find(({ type }) => type === event.type);
        const names = cell?.branches.flatMap(({ guards }) => guards) ?? [];
        const holds = (name: string) => engines.rollout.guardHolds(name, before, event, policy);
        const effects = session.send(event.type, {
          guards: Object.fromEntries(names.map((name) => [name, holds(name)])),
        });
        const result = engines.rollout.step(before, event, 0, policy);
        if (result.ok) before = result.record;
        expect([session.state, ...effects]).toEqual([
          before.state,
          ...(result.ok ? result.effects.map(({ type }) => type) : []),
        ]);
      }
    }
  });
});
