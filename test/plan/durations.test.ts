import { describe, expect, test, vi } from 'vitest';
import { measureDurations, readDurations, writeDurations, type PlanDurations } from '../../src/plan/index.ts';
import { simulate, type RunEvent } from '../../src/simulator/index.ts';
import type { Problem } from '../../src/text/index.ts';
import { fleetOf, planOf } from './support/plan-fleets.ts';

const HEAD = 'format: nixfleet-statechart-durations\nversion: 1\n';

function read(text: string): PlanDurations {
  const problems: Problem[] = [];
  const durations = readDurations(text, 'durations.yaml', problems);
  expect(problems).toEqual([]);
  return durations;
}

test('spans and quantiles are read, and anything omitted keeps its default', () => {
  const { durations, byTag } = read(
    `${HEAD}default: { activation: 10s to 20s }\ntags: { db: { reboot: [1m, 2m, 10m] } }`,
  );
  expect(durations.activation).toEqual({ minMs: 10_000, maxMs: 20_000 });
  expect(durations.rollback).toEqual({ minMs: 10_000, maxMs: 60_000 });
  const reboot = { minMs: 60_000, maxMs: 600_000, quantilesMs: [60_000, 120_000, 600_000] };
  expect(byTag).toEqual([{ tag: 'db', durations: { reboot } }]);
});

test.each([
  `${HEAD}default: { activation: soon }`,
  `${HEAD}default: { activation: [2m, 1m] }`,
  `${HEAD}default: { fetch: 1m }`,
  'version: 1',
  'nothing: {',
])('a wrong file is refused: %s', (text) => {
  const problems: Problem[] = [];
  readDurations(text, 'durations.yaml', problems);
  expect(problems.length).toBeGreaterThan(0);
});

test("a wrong file is described in our words: they were zod's", () => {
  const problems: Problem[] = [];
  readDurations('version: 2\nx: 1\ndefault: { probe: 5 }\ntags: [db]\n', 'durations.yaml', problems);
  expect(problems.map(({ path, message }) => `${path}: ${message}`)).toEqual([
    'durations.yaml, $.format: expected "nixfleet-statechart-durations", found nothing',
    'durations.yaml, $.version: expected 1, found 2',
    'durations.yaml, $.default.probe: expected a duration, two of them (20s to 2m), or a rising list of at most 1001, found 5',
    'durations.yaml, $.tags: expected durations by tag, found a list of 1',
    'durations.yaml, $.x: there is no such setting',
  ]);
  problems.length = 0;
  const warned = vi.spyOn(process, 'emitWarning').mockReturnValue();
  readDurations(`${HEAD}default: !!odd { probe: 5s }`, 'durations.yaml', problems);
  expect(warned, 'the library printed a warning of its own').not.toHaveBeenCalled();
  warned.mockRestore();
  readDurations('', 'durations.yaml', problems);
  expect(problems).toMatchObject([{ path: 'durations.yaml', message: 'expected settings, found null' }]);
});

test('equal measurements are one duration: they were a list of 21', () => {
  const measured = new Map([[null, new Map([['activation' as const, [5000, 5000, 5000]]])]]);
  expect(writeDurations(measured)).toBe(`${HEAD}default:\n  activation: 5s\n`);
});

describe('a log', () => {
  const SKETCH = { channels: { stable: [['a', 'b', 'c', 'd']] }, release: 'r2', tags: { a: ['db'] } };

  test('is measured, and a simulation reproduces its measurements', () => {
    const slow = read(`${HEAD}default: { activation: [30s, 40s, 200s] }\ntags: { db: { activation: 5m } }`);
    const events: RunEvent[] = [];
    simulate(planOf(SKETCH, null, { durations: slow }).scenario, { onEvent: (event) => events.push(event) });
    const measured = read(writeDurations(measureDurations(events, fleetOf(SKETCH))));
    // A worker's report takes half a second, and the host's message some time to arrive.
    const [db] = measured.byTag;
    expect(db?.tag).toBe('db');
    expect(db?.durations.activation?.minMs).toBeGreaterThanOrEqual(300_000);
    expect(db?.durations.activation?.maxMs).toBeLessThan(302_000);
    expect(measured.durations.activation.minMs).toBeGreaterThanOrEqual(30_000);
  });
});
