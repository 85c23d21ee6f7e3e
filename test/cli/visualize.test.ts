import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const visualize = (file: string, input: string) =>
  spawnSync(process.execPath, ['dist/cli/main.js', 'visualize', file, '--out', '-'], { encoding: 'utf8', input });

test('tells a scenario for what it is, and to run it first', () => {
  const scenario = 'examples/scenarios/a-good-day.yaml';
  const { status, stdout, stderr } = visualize(scenario, '');
  expect(status).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/[Tt]his is a scenario/);
  expect(stderr).toContain(`nixfleet-statechart simulate ${scenario} --record run.json`);
  expect(stderr).not.toMatch(/JSON/);
});

test('does not take for a scenario what merely is no file that can be opened', () => {
  const { status, stderr } = visualize('-', 'anything');
  expect(status).toBe(1);
  expect(stderr).not.toMatch(/[Tt]his is a scenario/);
});

test('does not advise to give a fleet, which it would refuse', () => {
  const { status, stderr } = visualize('examples', '');
  expect(status).toBe(1);
  expect(stderr).toContain('Give a run file in it');
});

test.each([
  ['a run', []],
  ['many', ['--runs', '2', '--workers', '1']],
])('tells the report of %s from a damaged run file: they went by one name', (_what, args) => {
  const report = spawnSync(process.execPath, ['dist/cli/main.js', 'simulate', '--hosts', '2', '--json', ...args], {
    encoding: 'utf8',
  }).stdout;
  const { status, stderr } = visualize('-', report);
  expect(status).toBe(1);
  expect(stderr).toContain('This is the report of `simulate --json`.');
  expect(stderr).toContain('`simulate --record FILE`');
});

test('refuses a port for a page that is not served', () => {
  const args = ['dist/cli/main.js', 'visualize', '--out', '-', '--port', '80'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toContain('--port, --out');
});
