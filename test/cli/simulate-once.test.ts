import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runCli, type Ended } from '../support/run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'simulate-once-'));
afterAll(() => rmSync(folder, { recursive: true }));

const simulate = (args: readonly string[], stdin = ''): Promise<Ended> => runCli(['simulate', ...args], { stdin });

const FLEET = ['--hosts', '20', '--waves', '2'];
const EXAMPLES = 'examples/scenarios';
const CANARY = `${EXAMPLES}/bad-release-stops-at-the-canary.yaml`;

const ROUGH = `
fleet: { channels: { stable: { hosts: { web: 6 }, waves: 2, soak: 5m } } }
rates: { activation-fails: 5%, request-lost: 5% }
`;

describe('nixfleet-statechart simulate SCENARIO', () => {
  test.each(['a-good-day', 'wrong-closure'])('%s exits as stated', async (name) => {
    const exit = Number(/^ {2}exit: (\d)$/m.exec(readFileSync(`${EXAMPLES}/${name}.yaml`, 'utf8'))?.[1]);
    const { status, stderr } = await simulate([`${EXAMPLES}/${name}.yaml`]);
    expect(stderr).toBe('');
    expect(status).toBe(exit);
  });

  test('reports every mistake with its line, column and remedy', async () => {
    const { status, stdout, stderr } = await simulate(
      ['-'],
      'titel: x\nfleet: { hosts: 3 }\nsteps:\n  - { at: 5, do: crsh, hosts: "*" }\n',
    );
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('line 1, column 1');
    expect(stderr).toContain('Did you mean "title"?');
    expect(stderr).toContain('line 4, column');
    expect(stderr).toContain('Did you mean "crash"?');
  });

  test('states once what all hosts of a wave have in common', async () => {
    const { stdout } = await simulate(['examples/scenarios/bad-release-stops-at-the-canary.yaml']);
    const told = 'all hosts: not dispatched: the rollout was Failed, waited 3m 00s for wave-promotion';
    expect(stdout.split(told)).toHaveLength(3);
    expect(stdout.match(/not dispatched/g)).toHaveLength(2);
  });

  test("uses the scenario's seed unless another is given, and refuses options for fleet files", async () => {
    expect((await simulate([CANARY])).stdout).toContain('seed 1');
    expect((await simulate([CANARY, '--seed', '7'])).stdout).toContain('seed 7');
    const { status, stderr } = await simulate([CANARY, '--new-closures', '--fail', 'web-01=probe']);
    expect(status).toBe(1);
    expect(stderr).toContain('--new-closures');
    expect(stderr).toContain('--fail');
  });

  test('reports unmet expectations of the scenario', async () => {
    const { status, stderr } = await simulate(
      ['-'],
      `${ROUGH.replace('5%', '0')}expect: { outcome: not-terminal, held: [quarantine] }\n`,
    );
    expect(stderr).toContain('not as expected: outcome: expected not-terminal, got terminal.');
    expect(stderr).toContain('not as expected: held: expected quarantine');
    expect(status).toBe(2);
  });

  test('compares the exit code with the expected one', async () => {
    const healthy = ROUGH.replace('5%', '0');
    const { status, stderr } = await simulate(['-'], `${healthy}expect: { exit: 3 }\n`);
    expect([status, stderr]).toEqual([2, 'not as expected: exit: expected 3, got 0.\n']);
    expect(await simulate(['-'], `${healthy}expect: { exit: 0 }\n`)).toMatchObject({ status: 0, stderr: '' });
  });
});

test('a host name in an unmet expectation does not move the cursor', async () => {
  const { status, stderr } = await simulate(
    ['-'],
    'fleet: { channels: { c: { hosts: ["a\\e[31mb"] } } }\nexpect: { hosts: { "*": Failed } }\n',
  );
  expect([status, stderr]).toEqual([2, 'not as expected: hosts.a\\u001b[31mb: expected Failed, got Converged.\n']);
});

describe('two reports in one place', () => {
  const same = join(folder, 'same');
  const other = join(folder, 'other');
  writeFileSync(same, '');
  symlinkSync(same, other);

  test.each([
    [['--json', '--events', '-'], '--json, --events -'],
    [['--json', '--record', '-'], '--json, --record -'],
    [['--events', '-', '--record', '-'], '--events -, --record -'],
    [['--events', same, '--record', same], `--events ${same}, --record ${same}`],
    [['--events', same, '--record', other], `--events ${same}, --record ${other}`],
    [
      ['--events', join(folder, 'new'), '--record', join(folder, 'x', '..', 'new')],
      `--events ${join(folder, 'new')}, --record ${join(folder, 'x', '..', 'new')}`,
    ],
  ])('%j is refused', async (args, told) => {
    const { status, stdout, stderr } = await simulate([...FLEET, ...args]);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`  ${told}\n`);
    expect(stderr).toContain('can hold only one report');
  });

  test('are accepted for a device', async () => {
    const { status, stderr } = await simulate([...FLEET, '--events', '/dev/null', '--record', '/dev/null']);
    expect([status, stderr]).toEqual([0, '']);
  });

  test('are avoided: the report is omitted for a run file on standard output', async () => {
    const { status, stdout } = await simulate([...FLEET, '--record', '-']);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ format: 'nixfleet-statechart-run' });
  });
});

test.runIf(existsSync('/dev/full'))('a log that takes no more is named', async () => {
  const { status, stderr } = await simulate([...FLEET, '--events', '/dev/full']);
  expect(status).toBe(1);
  expect(stderr).toMatch(/^ {2}--events \/dev\/full\n {4}It cannot be written: ENOSPC/m);
});

test('a run that cannot be written leaves the older run file unchanged', async () => {
  const record = join(folder, 'record.json');
  writeFileSync(record, 'good');
  const { status } = await simulate([...FLEET, '--record', record, '--events', '/dev/full']);
  expect([status, readFileSync(record, 'utf8')]).toEqual([1, 'good']);
});
