import { describe, expect, it } from 'vitest';
import { dimensions } from '../../src/testing/coverage/dimensions.ts';
import {
  criteria,
  criterionNames,
  generatePaths,
  generateSuite,
  healthFailurePolicies,
  measureCoverage,
  parseCriterion,
  expectedVisits,
  sides,
  type Criterion,
} from '../../src/testing/index.ts';

const full = (name: (typeof criterionNames)[number]): Criterion => ({ kind: 'full', name });

describe('each criterion', () => {
  it.each(criterionNames)('%s is exercised completely, by what really runs', (name) => {
    const coverage = measureCoverage({ sides, policies: healthFailurePolicies });
    for (const part of generateSuite({ criteria: [full(name)] })) {
      expect(part.unreached).toEqual([]);
      expect(part.wasCut).toBe(false);
      for (const path of part.paths) {
        coverage.begin(path.start);
        for (const { step: _, ...visit } of expectedVisits(path)) coverage.run(visit);
      }
    }
    const report = coverage.report();
    expect(report.dimensions[criteria[name].dimension]).toMatchObject({ missing: [] });
  });

  it.each(criterionNames)('%s gives the same paths every time, each with a name of its own', (name) => {
    const options = { criterion: full(name), side: 'agent', onHealthFailure: 'rollback-and-halt' } as const;
    const first = generatePaths(options);
    expect(generatePaths(options)).toEqual(first);
    expect(new Set(first.paths.map((path) => path.name)).size).toBe(first.paths.length);
  });

  it('a tour of the valid transitions is near its lower bound: the transitions themselves', () => {
    const { paths } = generatePaths({ criterion: full('validTransitions'), side: 'agent', onHealthFailure: 'halt' });
    const legal = dimensions.transitions.universe({ sides: ['agent'], policies: ['halt'] });
    const events = paths.reduce((sum, path) => sum + path.steps.length, 0);
    // Three ends cannot be left, so every path but the last begins anew and repeats the way to where it goes on.
    expect(events).toBeLessThanOrEqual(legal.length * 2);
  });

  it('a tour of every cell needs little more than an event a cell', () => {
    const { paths } = generatePaths({ criterion: full('allTransitions'), side: 'agent', onHealthFailure: 'halt' });
    const events = paths.reduce((sum, path) => sum + path.steps.length, 0);
    expect(events).toBeLessThanOrEqual(84 * 1.2);
  });
});

describe('random walks', () => {
  const random = (seed: number) =>
    generatePaths({
      criterion: { kind: 'random', name: 'transitionPairs', percent: 90 },
      side: 'control-plane',
      onHealthFailure: 'halt',
      seed,
    });

  it('reach their percentage', () => {
    expect(random(1)).toMatchObject({ wasCut: false, criterion: 'random(transitionPairs(90))' });
  });

  it('are the same for the same seed, and others for another', () => {
    expect(random(7)).toEqual(random(7));
    expect(random(7).paths.map(({ steps }) => steps.map(({ event }) => event.type))).not.toEqual(
      random(8).paths.map(({ steps }) => steps.map(({ event }) => event.type)),
    );
  });
});

describe('the name of a criterion', () => {
  it.each([...criterionNames, 'random(allStates(50))', ' random( allTransitions( 100 ) ) '])('%s is read', (text) => {
    expect(parseCriterion(text)).toMatchObject({ ok: true });
  });

  it.each(['', 'everything', 'random(simplePaths(10))', 'random(allStates(0))', 'random(allStates(101))', '__proto__'])(
    '%j is refused, and the known ones are told',
    (text) => {
      expect(parseCriterion(text)).toMatchObject({ ok: false, message: expect.stringContaining('transitionPairs') });
    },
  );
});
