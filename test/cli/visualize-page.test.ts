import { expect, test } from 'vitest';
import { runCli, type Ended } from '../support/run-cli.ts';

const visualize = (file: string, stdin: string): Promise<Ended> => runCli(['visualize', file, '--out', '-'], { stdin });

test('tells a scenario for what it is, and to run it first', async () => {
  const scenario = 'examples/scenarios/a-good-day.yaml';
  const { status, stdout, stderr } = await visualize(scenario, '');
  expect(status).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/[Tt]his is a scenario/);
  expect(stderr).toContain(`nixfleet-statechart simulate ${scenario} --record run.json`);
  expect(stderr).not.toMatch(/JSON/);
});

test('does not take for a scenario what merely is no file that can be opened', async () => {
  const { status, stderr } = await visualize('-', 'anything');
  expect(status).toBe(1);
  expect(stderr).not.toMatch(/[Tt]his is a scenario/);
});

test('does not advise to give a fleet, which it would refuse', async () => {
  const { status, stderr } = await visualize('examples', '');
  expect(status).toBe(1);
  expect(stderr).toContain('Give a run file in it');
});

test.each([
  ['a run', []],
  ['many', ['--runs', '2', '--workers', '1']],
])('tells the report of %s from a damaged run file: they went by one name', async (_what, args) => {
  const report = (await runCli(['simulate', '--hosts', '2', '--json', ...args])).stdout;
  const { status, stderr } = await visualize('-', report);
  expect(status).toBe(1);
  expect(stderr).toContain('This is the report of `simulate --json`.');
  expect(stderr).toContain('`simulate --record FILE`');
});

test('refuses a port for a page that is not served', async () => {
  const { status, stdout, stderr } = await runCli(['visualize', '--out', '-', '--port', '80']);
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toContain('--port, --out');
});
