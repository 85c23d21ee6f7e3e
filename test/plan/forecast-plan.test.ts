import { expect, test } from 'vitest';
import { makePlan, type PlanInput } from '../../src/plan/index.ts';
import { compareChanges, searchDeadline, withForecast } from '../../src/plan/node.ts';
import { fleetOf, inputOf as planInputOf, MINUTE_MS, type FleetSketch } from './support/plan-fleets.ts';

const SKETCH: FleetSketch = { channels: { stable: [['a'], ['b', 'c']] }, release: 'r2', soaks: [30, 20], budget: 1 };
const OPTIONS = { runs: 20, workers: 1 };

const inputOf = (sketch: FleetSketch): PlanInput => planInputOf(fleetOf(sketch));

function planned(input: PlanInput) {
  const made = makePlan(input);
  if (!made.ok) throw new Error('no plan');
  return made.plan;
}

test('a forecast has quantiles of each wave and of the whole', async () => {
  const { forecast } = await withForecast(planned(inputOf(SKETCH)), OPTIONS);
  expect(forecast?.runs).toBe(20);
  expect(forecast?.waves.map(({ wave }) => wave)).toEqual([0, 1]);
  const [p50, p95] = [forecast?.p50?.ms ?? 0, forecast?.p95?.ms ?? 0];
  expect(p50).toBeGreaterThan(70 * MINUTE_MS);
  expect(p95).toBeGreaterThanOrEqual(p50);
});

test('changes are compared over the same seeds', async () => {
  const input = inputOf(SKETCH);
  const selector = input.next.disruptionBudgets[0]?.selector;
  const { results } = await compareChanges(
    input,
    [
      { type: 'soak', channel: 'stable', wave: 0, minutes: 10 },
      { type: 'budget', selectorKey: '["nothing"]', summary: 'nothing', limit: { hosts: 9 } },
    ],
    OPTIONS,
  );
  expect(selector?.all).toBe(true);
  expect(results[0]?.savedMs).toBeGreaterThan(19 * MINUTE_MS);
  expect(results[1]?.savedMs).toBe(0);
});

test('extensions of the protocol are compared too: an approval takes time', async () => {
  const approval = { type: 'extension', text: 'approval=20m', extensions: { approvalMs: 20 * MINUTE_MS } } as const;
  const { results } = await compareChanges(inputOf(SKETCH), [approval], OPTIONS);
  expect(results[0]?.changes).toEqual(['approval=20m (not in the protocol)']);
  expect(results[0]?.savedMs).toBeLessThan(-19 * MINUTE_MS);
  expect(results[0]?.savedMs).toBeGreaterThan(-22 * MINUTE_MS);
});

test('the smallest change that meets a deadline is found by simulation', async () => {
  const input = inputOf(SKETCH);
  const { results, base } = await searchDeadline(input, planned(input), 70 * MINUTE_MS, new Set(), OPTIONS);
  expect(base.p95?.ms).toBeGreaterThan(70 * MINUTE_MS);
  expect(results.length).toBeGreaterThan(0);
  for (const { p95, keepsDeadline } of results) {
    expect(keepsDeadline).toBe(true);
    expect(p95?.ms).toBeLessThanOrEqual(70 * MINUTE_MS);
  }
});

test('kept values are not changed', async () => {
  const input = inputOf(SKETCH);
  const keep = new Set(['soaks'] as const);
  const { results } = await searchDeadline(input, planned(input), 60 * MINUTE_MS, keep, OPTIONS);
  expect(results.map(({ changes }) => changes)).toEqual(expect.arrayContaining([['budget:all=2']]));
  expect(results.flatMap(({ changes }) => changes).some((change) => change.startsWith('wave:'))).toBe(false);
});

test('two changes are tried if one is not enough', async () => {
  const input = inputOf(SKETCH);
  const { results } = await searchDeadline(input, planned(input), 25 * MINUTE_MS, new Set(), OPTIONS);
  expect(results.every(({ changes }) => changes.length === 2)).toBe(true);
});

test('two channels of equal length both need a change: neither helps alone', async () => {
  const input = inputOf({ channels: { edge: [['z']], stable: [['a']] }, release: 'r2', soaks: [60] });
  const { results } = await searchDeadline(input, planned(input), 50 * MINUTE_MS, new Set(), OPTIONS);
  expect(results.length).toBeGreaterThan(0);
  for (const { changes } of results)
    expect(changes.map((change) => change.slice(0, 'wave:edge'.length)).toSorted()).toEqual(['wave:edge', 'wave:stab']);
});

test('if no change meets a deadline, those that help most are listed', async () => {
  const input = inputOf(SKETCH);
  const { results } = await searchDeadline(input, planned(input), 10_000, new Set(), OPTIONS);
  const saved = results.map(({ savedMs }) => savedMs ?? 0);
  expect(results.map(({ keepsDeadline }) => keepsDeadline)).toEqual([false, false, false]);
  expect(saved).toEqual(saved.toSorted((a, b) => b - a));
});

test('a deadline that is already met needs no change', async () => {
  const input = inputOf(SKETCH);
  const found = await searchDeadline(input, planned(input), 600 * MINUTE_MS, new Set(), OPTIONS);
  expect(found).toMatchObject({ results: [], tried: 0 });
});
