import { expect, test } from 'vitest';
import { runCli, type Ended } from '../support/run-cli.ts';

const visualize = (file: string, stdin: string): Promise<Ended> => runCli(['visualize', file, '--out', '-'], { stdin });

test('recognises a scenario, and advises running it first', async () => {
  const scenario = 'examples/scenarios/a-good-day.yaml';
  const { status, stdout, stderr } = await visualize(scenario, '');
  expect(status).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/[Tt]his is a scenario/);
  expect(stderr.replaceAll(/\s+/g, ' ')).toContain(`nixfleet-statechart simulate ${scenario} --record run.json`);
  expect(stderr).not.toMatch(/JSON/);
});

test('does not mistake every unreadable file for a scenario', async () => {
  const { status, stderr } = await visualize('-', 'anything');
  expect(status).toBe(1);
  expect(stderr).not.toMatch(/[Tt]his is a scenario/);
});

test('suggests a fleet file, which it opens: it named only run files', async () => {
  const { status, stderr } = await visualize('examples', '');
  expect(status).toBe(1);
  expect(stderr).toContain('Give a fleet file in it');
});

test.each([
  ['a run', []],
  ['many', ['--runs', '2', '--workers', '1']],
])('distinguishes the report of %s from a damaged run file: they had the same format', async (_what, args) => {
  const report = (await runCli(['simulate', '--hosts', '2', '--json', ...args])).stdout;
  const { status, stderr } = await visualize('-', report);
  expect(status).toBe(1);
  const words = stderr.replaceAll(/\s+/g, ' ');
  expect(words).toContain('This is the report of `simulate --json`.');
  expect(words).toContain('`simulate --record FILE`');
});

test('refuses a port if the page is not served', async () => {
  const { status, stdout, stderr } = await runCli(['visualize', '--out', '-', '--port', '80']);
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toContain('--port, --out');
});

test('says that a file is empty: it was mistaken for a truncated run file', async () => {
  const { status, stderr } = await visualize('-', '');
  expect(status).toBe(1);
  expect(stderr).toContain('    The file is empty.\n    Give a fleet file, a run file');
});

test('refuses what is not an address: it was taken for a file', async () => {
  const { status, stderr } = await runCli(['visualize', 'http://']);
  expect([status, stderr]).toEqual([1, expect.stringContaining('This is not a valid address.')]);
});
