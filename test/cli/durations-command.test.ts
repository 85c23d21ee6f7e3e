import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_DURATIONS } from '../../src/simulator/index.ts';
import { readDurations } from '../../src/plan/index.ts';
import type { Problem } from '../../src/text/index.ts';
import { runCli } from '../support/run-cli.ts';

const HARBOR = 'examples/fleets/harbor.json';
const folder = mkdtempSync(join(tmpdir(), 'durations-'));
const [log, run] = [join(folder, 'log.jsonl'), join(folder, 'run.json')];
beforeAll(async () => {
  await runCli(['simulate', HARBOR, '--fail', 'quay-02=activation', '--events', log, '--record', run]);
});
afterAll(() => rmSync(folder, { recursive: true }));

test('an event log and a run file give the same file, which plan reads', async () => {
  const [ofLog, ofRun] = [await runCli(['durations', log]), await runCli(['durations', run])];
  expect([ofLog.status, ofLog.stderr]).toEqual([0, '']);
  expect(ofRun.stdout).toBe(ofLog.stdout);
  const problems: Problem[] = [];
  const { durations, byTag } = readDurations(ofLog.stdout, 'it', problems);
  expect([problems, byTag]).toEqual([[], []]);
  // Including the worker's report, which the host waits for.
  const usualMs = DEFAULT_DURATIONS.activation.minMs;
  expect(durations.activation.minMs).toBeGreaterThanOrEqual(usualMs);
  expect(durations.activation.maxMs).toBeLessThan(usualMs + 5000);
  expect(durations.rollback.minMs).toBeGreaterThanOrEqual(DEFAULT_DURATIONS.rollback.minMs);
});

test('with a fleet, the hosts of each tag are measured separately', async () => {
  const out = join(folder, 'durations.yaml');
  const { status, stdout } = await runCli(['durations', log, '--fleet', HARBOR, '--out', out]);
  expect([status, stdout]).toEqual([0, '']);
  const { byTag } = readDurations(readFileSync(out, 'utf8'), out, []);
  expect(byTag.length).toBeGreaterThan(0);
  const planned = await runCli(['plan', HARBOR, '--durations', out, '--runs', '1']);
  expect(planned.status).toBe(0);
});

test('all problems are reported at once', async () => {
  const { status, stdout, stderr } = await runCli(['durations', HARBOR, '--fleet', log, '--out', log]);
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toContain('simulate --events FILE');
  expect(stderr).toContain(`--fleet ${log}`);
  expect(stderr).toContain(`--out ${log}`);
});

test('a log without durations is refused', async () => {
  const [header] = readFileSync(log, 'utf8').split('\n', 1);
  const { status, stderr } = await runCli(['durations', '-'], { stdin: `${header}\n` });
  expect(status).toBe(1);
  expect(stderr).toContain('No host activates');
});
