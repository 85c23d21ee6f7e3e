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
