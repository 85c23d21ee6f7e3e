import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { planJsonSchema } from '../../src/plan/index.ts';
import { runCli } from '../support/run-cli.ts';

const [MONDAY, TUESDAY] = ['examples/fleets/monday.json', 'examples/fleets/tuesday.json'];
const published: unknown = JSON.parse(readFileSync('schema/plan.schema.json', 'utf8'));
// Safe: the first test shows that the file is a JSON Schema.
const schema = z.fromJSONSchema(published as Parameters<typeof z.fromJSONSchema>[0]);

const folder = mkdtempSync(join(tmpdir(), 'plan-schema-'));
const log = join(folder, 'log.jsonl');
const bad = join(folder, 'bad.json');

beforeAll(async () => {
  await runCli(['simulate', TUESDAY, '--from', MONDAY, '--events', log]);
  const lines = readFileSync(log, 'utf8').split('\n');
  writeFileSync(log, `${lines.slice(0, Math.floor(lines.length / 2)).join('\n')}\n`);
  // With a budget of zero hosts, the rollout does not end.
  writeFileSync(bad, readFileSync(TUESDAY, 'utf8').replaceAll(/"maxInFlight": \d+/g, '"maxInFlight": 0'));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

test('the published schema matches the writer; if not: node scripts/write-schemas.mjs', () => {
  expect(published).toEqual(planJsonSchema());
});

test.each([
  ['two fleets', [TUESDAY, '--from', MONDAY]],
  ['one fleet', [TUESDAY]],
  ['nothing to change', [TUESDAY, '--from', TUESDAY]],
  ['a start', [TUESDAY, '--from', MONDAY, '--start', '22:00+02:00']],
  ['enough runs for p95', [TUESDAY, '--from', MONDAY, '--runs', '20']],
  ['a change to compare', [TUESDAY, '--from', MONDAY, '--what-if', 'wave:stable/0.soak=1m']],
  ['a deadline', [TUESDAY, '--from', MONDAY, '--deadline', '1h', '--runs', '2']],
  ['a log', [TUESDAY, '--from', log]],
  ['a rollout that does not end', [bad, '--from', MONDAY]],
])('--json follows the schema: %s', async (_, args) => {
  const runs = args.includes('--runs') ? [] : ['--runs', '1'];
  const { stdout } = await runCli(['plan', ...args, ...runs, '--json']);
  const document: unknown = JSON.parse(stdout);
  expect(schema.safeParse(document).error?.issues ?? []).toEqual([]);
  expect(document).toMatchObject({ outcome: args[0] === bad ? 'not-terminal' : 'terminal' });
  expect(schema.safeParse({ ...(document as object), unknown: 1 }).success).toBe(false);
});
