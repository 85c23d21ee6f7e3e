import { expect, test } from 'vitest';
import { DEFAULT_PLAN_DURATIONS, planMarkdown, planText, type Comparison } from '../../src/plan/index.ts';
import { always, DEFAULT_DURATIONS, verdictWords } from '../../src/simulator/index.ts';
import { formatDuration } from '../../src/text/index.ts';
import { planOf, type FleetSketch } from './support/plan-fleets.ts';

const WIDTH = 80;
const linesOf = (next: FleetSketch, running: FleetSketch | null = null): readonly string[] =>
  planText(planOf(next, running), { start: null, comparison: null }, { width: WIDTH, colour: false }).split('\n');

const OPTIONS = { start: null, comparison: null };
const HOST = 'db-ledger-replica-in-the-second-data-centre';

test('fits 80 columns with long names, one line for each bad release', () => {
  const lines = linesOf({ channels: { 'production-database': [[`${HOST}-1`], [`${HOST}-2`]] }, release: 'r2' });
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(WIDTH);
  const rows = lines.slice(lines.findIndex((line) => line.includes('what fails')) + 1);
  const waves = rows.slice(0, 6).map((line) => /^ {2}production-database\/[01] .* (?:never|\d+m \d\ds)$/.test(line));
  expect(waves).toEqual([true, true, true, true, true, true]);
});

test('a plan without changes switches no host, and none of its waves soaks', () => {
  const sketch: FleetSketch = { channels: { stable: [['a'], ['b']] }, release: 'r2' };
  const [headline, ...lines] = linesOf(sketch, sketch);
  expect(headline).toMatch(/^No host switches\. Done within \d+s\. Both hosts run r2\.$/);
  // Its start was later than its median end.
  expect(lines.filter((line) => /^ {2}stable\/[01] +1 +none +- /.test(line))).toHaveLength(2);
});

test('has the same sentence as the report of a run', () => {
  const plan = planOf({ channels: { stable: [['a'], ['b']] }, release: 'r2' });
  const text = planText(plan, { start: null, comparison: null }, { width: 200, colour: false });
  const report = verdictWords(plan.verdict, formatDuration);
  expect(report).toMatch(/^Done after .* Both hosts run r2\.$/);
  expect(text).toContain(`\n${report.replace('after', 'within')}\n`);
});

test('a deadline that is met anyway is not called unreachable', () => {
  const quantile = { ms: 60_000, lowMs: 60_000, highMs: null };
  const base = { p50: quantile, p95: quantile };
  const comparison = { what: 'deadline', base, deadlineMs: 120_000, results: [], tried: 0 } as const;
  const plan = planOf({ channels: { stable: [['a'], ['b']] }, release: 'r2' });
  const shown = (each: Comparison) => [
    planText(plan, { start: null, comparison: each }, { width: 200, colour: false }),
    planMarkdown(plan, null, each),
  ];
  for (const text of shown(comparison)) expect(text).toContain('The plan meets it without changes.');
  for (const text of shown({ ...comparison, deadlineMs: 30_000 }))
    expect(text).toContain('No change of one or two values meets it.');
});

test('advises only existing options: it named --closure', () => {
  expect(linesOf({ channels: { stable: [['a']] }, release: 'r2' }).join('\n')).not.toContain('--closure');
});

test('names the longest hold of each gate once, and the parts of the critical path by length', () => {
  const channels = { a: [['a1'], ['a2'], ['a3']], b: [['b1'], ['b2']] };
  const line = linesOf({ channels, release: 'r2' }).find((each) => each.startsWith('What takes the time'));
  expect(line).toMatch(/^What takes the time: soaks 2\dm, switches 3m \d+s, reports \d+s\. Longest holds:/);
  const text = linesOf({ channels, release: 'r2' }).join(' ');
  expect(text).toMatch(/Longest holds: +wave-promotion 20m\./);
});

test('asks for measured durations only if none were given', () => {
  const next: FleetSketch = { channels: { stable: [['a'], ['b']] }, release: 'r2', tags: { a: ['db'] } };
  const given = { durations: DEFAULT_DURATIONS, byTag: [{ tag: 'db', durations: { probe: always(1000) } }] };
  const text = planText(planOf(next, null, { durations: given }), OPTIONS, { width: 400, colour: false });
  expect(text).toContain('1 host has the durations of a tag.');
  expect(text).not.toContain('--durations');
  const assumed = planText(planOf(next, null, { durations: DEFAULT_PLAN_DURATIONS }), OPTIONS, {
    width: 400,
    colour: false,
  });
  expect(assumed).toContain('Use measured ones with --durations FILE.');
});

test('names a channel in every step of the critical path', () => {
  const lines = linesOf({ channels: { stable: [['a'], ['b']] }, release: 'r2' });
  expect(lines.filter((line) => / of stable\/[01]: switches in /.test(line))).toHaveLength(2);
});
