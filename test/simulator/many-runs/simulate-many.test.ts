import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONTROL_PLANE_RULES } from '../../../src/control-plane/index.ts';
import { asRunMs, simulate, type Scenario } from '../../../src/simulator/index.ts';
import { RuleCoverage } from '../../../src/simulator/coverage/index.ts';
import {
  Distribution,
  findFailure,
  manyRunsJson,
  manyRunsReport,
  Tally,
} from '../../../src/simulator/many-runs/index.ts';
import { simulateMany } from '../../../src/simulator/node.ts';
import { runBatch } from '../../../src/simulator/many-runs/run-batch.ts';
import { scenarioOf } from '../scenario-file/read-problems.ts';

const rough = (): Scenario =>
  scenarioOf(`
fleet: { channels: { stable: { hosts: { web: 5 }, waves: 2, soak: 5m } }, budgets: [{ tag: web, at-most: 1 }] }
rates: { activation-fails: 5%, request-lost: 5%, agent-crashes-per-hour: 1 }
`);

describe('a distribution', () => {
  it('has percentiles that are at most 1/1024 too large', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 2 ** 40 }), { minLength: 10, maxLength: 200 }),
        fc.double({ min: 0.01, max: 0.9, noNaN: true }),
        (values, share) => {
          const distribution = new Distribution();
          for (const value of values) distribution.add(value);
          const sorted = [...values].sort((a, b) => a - b);
          const exact = sorted[Math.max(1, Math.ceil(share * values.length)) - 1] ?? 0;
          const found = distribution.percentile(share) ?? -1;
          expect(found).toBeGreaterThanOrEqual(exact);
          expect(found).toBeLessThanOrEqual(exact * (1 + 1 / 1024));
        },
      ),
    );
  });

  it('has no 99th percentile of 50 numbers: it was the largest of them', () => {
    const distribution = new Distribution();
    for (let value = 1; value <= 50; value += 1) distribution.add(value);
    expect([0.5, 0.95, 0.99].map((share) => distribution.percentile(share))).toEqual([25, 48, null]);
    for (let value = 51; value <= 100; value += 1) distribution.add(value);
    expect(distribution.percentile(0.99)).toBe(99);
  });

  it('is the same in whatever parts it comes', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 10 ** 9 })), fc.nat(), (values, cut) => {
        const whole = new Distribution();
        for (const value of values) whole.add(value);
        const [first, second] = [new Distribution(), new Distribution()];
        values.forEach((value, at) => (at < cut % (values.length + 1) ? second : first).add(value));
        second.merge(first.toData());
        expect(second.toData()).toEqual(whole.toData());
        expect(second.total).toBe(values.length);
        expect(new Distribution(whole.toData()).total).toBe(values.length);
      }),
    );
  });

  it('has no percentile of nothing, and takes bounded room', () => {
    const distribution = new Distribution();
    expect(distribution.percentile(0.5)).toBeNull();
    for (let value = 0; value < 2_000_000; value += 7) distribution.add(value);
    expect(distribution.toData().length).toBeLessThan(16_384);
  });
});

describe('many runs', () => {
  it('come to the sum of the runs', async () => {
    const scenario = rough();
    const tally = await simulateMany(scenario, { runs: 20, expected: 'terminal' });
    const runs = Array.from({ length: 20 }, (_, at) => simulate({ ...scenario, seed: scenario.seed + at }));
    expect(tally.runs).toBe(20);
    expect(tally.outcomes.get('terminal') ?? 0).toBe(runs.filter(({ outcome }) => outcome === 'terminal').length);
    expect(tally.failingSeeds.map(({ seed }) => seed)).toEqual(
      runs.filter(({ outcome }) => outcome !== 'terminal').map((run) => run.scenario.seed),
    );
    expect(tally.failing).toBeGreaterThan(0);
    expect(tally.finished.total).toBe(20 - tally.failing);
    expect(tally.machineSteps).toBe(runs.reduce((sum, { machineSteps }) => sum + machineSteps, 0));
    expect(tally.waves.map(({ wave, ended, never }) => [wave, ended.total + never])).toEqual([
      [0, 20],
      [1, 20],
    ]);
  });

  it('are the same however they are shared out', () => {
    const scenario = rough();
    const expected = 'terminal';
    const whole = new Tally();
    whole.merge(runBatch({ scenario, expected, firstSeed: 1, runs: 12 }));
    const parts = [
      runBatch({ scenario, expected, firstSeed: 9, runs: 4 }),
      runBatch({ scenario, expected, firstSeed: 1, runs: 3 }),
      runBatch({ scenario, expected, firstSeed: 4, runs: 5 }),
    ];
    const shared = new Tally();
    for (const part of parts) shared.merge(structuredClone(part));
    expect(shared.toData()).toEqual(whole.toData());
  });

  it('keep the runs that broke an invariant among any number of others: late ones were lost, and the exit code with them', () => {
    const run = simulate(rough());
    const tallyOf = (seeds: readonly number[]): Tally => {
      const tally = new Tally();
      for (const seed of seeds) {
        const isBroken = seed > 400;
        const outcome = isBroken ? 'invariant-broken' : 'not-terminal';
        const what = isBroken ? 'invariant halt' : 'outcome not-terminal';
        tally.add(
          { ...run, outcome, scenario: { ...run.scenario, seed } },
          { what, message: '', outcome },
          new RuleCoverage([]),
        );
      }
      return tally;
    };
    const seeds = Array.from({ length: 402 }, (_, at) => at + 1);
    const inOrder = tallyOf(seeds);
    const kept = inOrder.failingSeeds.map(({ seed }) => seed);
    expect(kept).toEqual([401, 402, ...seeds.slice(0, 98)]);
    expect(manyRunsReport(inOrder, 1, 'terminal', { width: 80, colour: false })).toContain('--seed 402');
    const merged = tallyOf(seeds.slice(200).reverse());
    merged.merge(tallyOf(seeds.slice(0, 200)).toData());
    expect(merged.failingSeeds).toEqual(inOrder.failingSeeds);
  });

  it('report their progress', async () => {
    const shares: number[] = [];
    await simulateMany(rough(), { runs: 5, workers: 1, onProgress: ({ done, runs }) => shares.push(done / runs) });
    expect(shares.at(-1)).toBe(1);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
  });

  it.each([0, 1.5, -1, Number.NaN, 10 ** 10])('refuse %d runs', async (runs) => {
    await expect(simulateMany(rough(), { runs })).rejects.toThrow('runs: expected');
  });

  it('find the seeds in which a planted bug shows', async () => {
    const gates = CONTROL_PLANE_RULES.gates.filter((_, order) => order !== 4);
    const tally = await simulateMany(rough(), { runs: 3, cores: { controlPlane: { gates } } });
    expect(tally.outcomes.get('invariant-broken')).toBe(3);
    expect(tally.failingSeeds.map(({ seed, what }) => [seed, what])).toEqual([
      [1, 'invariant budget'],
      [2, 'invariant budget'],
      [3, 'invariant budget'],
    ]);
    expect(manyRunsJson(tally, 1)).toMatchObject({
      version: 1,
      runs: 3,
      failing: 3,
      outcomes: { terminal: 0, 'invariant-broken': 3 },
    });
  });

  it('go the same way without judges, which is faster', async () => {
    const gates = CONTROL_PLANE_RULES.gates.filter((_, order) => order !== 4);
    const options = { runs: 3, cores: { controlPlane: { gates } } };
    const judged = await simulateMany(rough(), options);
    const { outcomes, machineSteps } = await simulateMany(rough(), { ...options, judged: false });
    expect(judged.outcomes.has('invariant-broken')).toBe(true);
    expect(outcomes.has('invariant-broken')).toBe(false);
    expect(machineSteps).toBe(judged.machineSteps);
  });

  it('say what they are held against, and how large a part in as few digits as it takes', async () => {
    const tally = await simulateMany(rough(), { runs: 8, expected: null });
    const report = manyRunsReport(tally, 1, null, { width: 100, colour: false });
    expect(report).toContain('Any outcome will do');
    expect(manyRunsReport(tally, 1, 'not-terminal', { width: 100, colour: false })).toContain(
      'an outcome other than not-terminal',
    );
    const shares = [...report.matchAll(/[\d.]+ %/g)].map(([share]) => Number.parseFloat(share));
    expect(shares.length).toBeGreaterThan(2);
    for (const share of shares) {
      expect(Number.isInteger(share * 2)).toBe(true);
      expect(report).toContain(` ${share} %`);
    }
  });

  it('are reported in columns', async () => {
    const tally = await simulateMany(rough(), { runs: 10, expected: 'terminal' });
    const report = manyRunsReport(tally, 1, 'terminal', { width: 80, colour: false });
    for (const text of [
      '10 runs, seeds 1 to 10',
      'Outcomes',
      'p50',
      'p99',
      'stable@release-1',
      'activation-fails',
      'Failing runs',
      'Rules in play: ',
      'gate: disruption-budget lets go',
      'Rules that never came into play',
      'Faults by the state of the host',
    ])
      expect(report).toContain(text);
    expect(Math.max(...report.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});

describe('a failure', () => {
  const run = simulate(rough());
  it('is a broken invariant, another outcome, or no end in time', () => {
    expect(findFailure({ ...run, outcome: 'terminal' }, 'terminal')).toBeNull();
    expect(findFailure({ ...run, outcome: 'not-terminal' }, null)).toBeNull();
    expect(findFailure({ ...run, outcome: 'not-terminal' }, 'terminal')?.what).toBe('outcome not-terminal');
    expect(findFailure({ ...run, endedBecause: 'unsettled' }, null)?.what).toBe('unsettled');
    const violations = [
      {
        runMs: asRunMs(0),
        type: 'InvariantBroken',
        invariant: 'halt',
        hostname: null,
        rolloutId: null,
        message: 'x',
      },
    ] as const;
    expect(findFailure({ ...run, violations, outcome: 'invariant-broken' }, null)?.what).toBe('invariant halt');
  });
});
