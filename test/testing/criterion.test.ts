import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { hostStates } from '../../src/machine/host-states.ts';
import {
  chartCells,
  criteria,
  criterionNames,
  generatePaths,
  healthFailurePolicies,
  measureCoverage,
  parseCriterion,
  expectedVisits,
  sides,
  type Criterion,
} from '../../src/testing/index.ts';
import { everyGeneration } from '../support/generated-paths.ts';

const full = (name: (typeof criterionNames)[number]): Criterion => ({ kind: 'full', name });

describe('each criterion', () => {
  it.each(criterionNames)('%s is exercised completely, as measured in the run', (name) => {
    const coverage = measureCoverage({ sides, policies: healthFailurePolicies });
    for (const { generation } of everyGeneration.filter(({ criterion }) => criterion === name)) {
      expect(generation.unreached).toEqual([]);
      expect(generation.wasCut).toBe(false);
      for (const path of generation.paths) {
        coverage.begin(path.start);
        for (const { step: _, ...visit } of expectedVisits(path)) coverage.run(visit);
      }
    }
    const report = coverage.report();
    expect(report.dimensions[criteria[name].dimension]).toMatchObject({ missing: [] });
  });

  it.each(criterionNames)('%s gives the same paths every time, with unique names', (name) => {
    const options = { criterion: full(name), side: 'agent', onHealthFailure: 'rollback-and-halt' } as const;
    const { paths } = generatePaths(options);
    const before = everyGeneration.find(
      ({ criterion, side, onHealthFailure }) =>
        criterion === name && side === options.side && onHealthFailure === options.onHealthFailure,
    );
    // `toEqual` takes seconds for so many paths.
    expect(isDeepStrictEqual(paths, before?.generation.paths)).toBe(true);
    expect(new Set(paths.map((path) => path.name)).size).toBe(paths.length);
  });

  it('all paths together have unique names', () => {
    const names = everyGeneration.flatMap(({ generation }) => generation.paths.map(({ name }) => name));
    expect(new Set(names).size).toBe(names.length);
  });

  it('names of guard outcomes describe each path, so no two differ only by number', () => {
    const { paths } = generatePaths({ criterion: full('guardOutcomes'), side: 'agent', onHealthFailure: 'halt' });
    const told = paths.map(({ name }) => name.replace(/^guardOutcomes \d+ /, ''));
    expect(new Set(told).size).toBe(paths.length);
    expect(told).toContain(
      '(agent, halt): Pending → Activating, LocalActivate, a gap before its seq, from a record that is full',
    );
  });

  describe.each(sides)('the tours of the %s are as short as possible:', (side) => {
    const lengths = (name: (typeof criterionNames)[number]): readonly number[] =>
      generatePaths({ criterion: full(name), side, onHealthFailure: 'halt' }).paths.map(({ steps }) => steps.length);
    const total = (name: (typeof criterionNames)[number]): number => lengths(name).reduce((sum, each) => sum + each, 0);

    it('all states', () => {
      // Converged and Reverted are both ends: three events to the nearer one, four with Deferred on the way to the
      // other.
      expect(total('allStates')).toBe(7);
    });

    it('valid transitions', () => {
      expect(total('validTransitions')).toBe(shortestTour(side));
    });

    it('every cell: one more event for each of the 70 refused pairs', () => {
      expect(total('allTransitions')).toBe(shortestTour(side) + 70);
    });

    it('transition pairs', () => {
      // Activating must be left 15 times: 6 times completed (6 pairs begin with that), 7 times deferred (6 pairs begin
      // with a deferred host's completion, 1 with its failure), and failed twice (after the dispatch, and after a
      // start). So there are 15 walks, and 15 first events. Of pairs there are, each as often as it must be: 15 after
      // the dispatch, 4 after a start, 6 and 6 after the completions, 7 after the deferral, 24 after the four events
      // that stay in Soaking, and 1 after each of the three failures.
      expect(lengths('transitionPairs')).toHaveLength(15);
      expect(total('transitionPairs')).toBe(15 + 15 + 4 + 6 + 6 + 7 + 24 + 3);
    });
  });
});

/**
 * The minimum number of events to take every legal transition in walks from Pending. One that stays in its state is
 * taken once, and one that leaves as often as the transitions behind it need.
 */
function shortestTour(side: (typeof sides)[number]): number {
  const legal = chartCells.filter((cell) => cell.side === side && cell.target !== null);
  const staying = legal.filter(({ state, target }) => state === target).length;
  const ways = legal
    .filter(({ state, target }) => state !== target)
    .map(({ state, target }) => ({ state, target, times: 1 }));
  // From the ends to the start. The longest way through the chart has five states, so five passes suffice.
  for (let round = 0; round < hostStates.length; round += 1) {
    for (const state of hostStates) {
      const [into, outOf] = [ways.filter(({ target }) => target === state), ways.filter((way) => way.state === state)];
      const sum = (some: typeof ways): number => some.reduce((times, way) => times + way.times, 0);
      const [nearest] = into;
      // The order of the chart is the order of distance from Pending.
      if (nearest !== undefined) nearest.times += Math.max(0, sum(outOf) - sum(into));
    }
  }
  return ways.reduce((sum, { times }) => sum + times, staying);
}

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

  it('are the same for the same seed, and differ for another', () => {
    expect(random(7)).toEqual(random(7));
    expect(random(7).paths.map(({ steps }) => steps.map(({ event }) => event.type))).not.toEqual(
      random(8).paths.map(({ steps }) => steps.map(({ event }) => event.type)),
    );
  });
});

describe('the maximum length of a path', () => {
  const pathsOf = (text: string) => {
    const read = parseCriterion(text);
    if (!read.ok) throw new Error(read.message);
    const options = { criterion: read.criterion, side: 'agent', onHealthFailure: 'halt', maxPathLength: 2 } as const;
    return generatePaths(options);
  };

  it.each(['allStates', 'transitionPairs'])('lets %s finish its current target, and nothing more', (name) => {
    const { paths, unreached } = pathsOf(name);
    expect(unreached).toEqual([]);
    // Longer ones exist, because what is four events away from the start could not be tested otherwise.
    expect(paths.some(({ steps }) => steps.length > 2)).toBe(true);
    expect(Math.max(...paths.map(({ steps }) => steps.length))).toBeLessThanOrEqual(2 + hostStates.length);
  });

  it('is never exceeded by random paths', () => {
    const { paths } = pathsOf('random(allStates(40))');
    expect(Math.max(...paths.map(({ steps }) => steps.length))).toBe(2);
  });
});

describe('the name of a criterion', () => {
  it.each([...criterionNames, 'random(allStates(50))', ' random( allTransitions( 100 ) ) '])('%s is read', (text) => {
    expect(parseCriterion(text)).toMatchObject({ ok: true });
  });

  it.each([
    ['', /Use one of allStates, .*, simplePaths; or random\(CRITERION\(PERCENT\)\), for example random\(/],
    ['everything', /no criterion "everything"\. Use one of allStates/],
    ['__proto__', /Use one of allStates/],
    ['random', /Write random\(CRITERION\(PERCENT\)\) with one of allStates, .*guardOutcomes and 1 to 100/],
    ['random(everything(10))', /Write random\(CRITERION\(PERCENT\)\)/],
    ['random(simplePaths(10))', /cannot measure simplePaths: use one of allStates, .*guardOutcomes\.$/],
    ['random(allStates(0))', /from 1 to 100, and 0 does not/],
    ['random(allStates(101))', /from 1 to 100, and 101 does not/],
  ])('%j is refused, and what is allowed is told', (text, message) => {
    expect(parseCriterion(text)).toMatchObject({ ok: false, message: expect.stringMatching(message) });
  });

  // The sentence on the percentage was tested only for one criterion.
  it.each(criterionNames.filter((name) => name !== 'simplePaths' && name !== 'values'))(
    'a percentage of %s goes from 1 to 100',
    (name) => {
      const message = `There is no criterion "random(${name}(0))". The percentage goes from 1 to 100, and 0 does not.`;
      expect(parseCriterion(`random(${name}(0))`)).toEqual({ ok: false, message });
    },
  );
});
