import { expect, test } from 'vitest';
import { planText } from '../../src/plan/index.ts';
import { planOf, type FleetSketch } from './support/plan-fleets.ts';

const WIDTH = 80;
const linesOf = (next: FleetSketch, running: FleetSketch | null = null): readonly string[] =>
  planText(planOf(next, running), { start: null, comparison: null }, { width: WIDTH, colour: false }).split('\n');

const HOST = 'db-ledger-replica-in-the-second-data-centre';

test('fits 80 columns with long names, one line for each bad release', () => {
  const lines = linesOf({ channels: { 'production-database': [[`${HOST}-1`], [`${HOST}-2`]] }, release: 'r2' });
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(WIDTH);
  const rows = lines.slice(lines.findIndex((line) => line.includes('what fails')) + 1);
  const waves = rows.slice(0, 6).map((line) => /^ {2}production-database\/[01] .* (?:never|\d+m \d\ds)$/.test(line));
  expect(waves).toEqual([true, true, true, true, true, true]);
});

test('advises nothing that the command does not have: it named --closure', () => {
  expect(linesOf({ channels: { stable: [['a']] }, release: 'r2' }).join('\n')).not.toContain('--closure');
});

test('names a channel in every step of the critical path', () => {
  const lines = linesOf({ channels: { stable: [['a'], ['b']] }, release: 'r2' });
  expect(lines.filter((line) => / of stable\/[01]: switches in /.test(line))).toHaveLength(2);
});
