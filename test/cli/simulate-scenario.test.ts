import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function simulate(args: readonly string[], input?: string): Ended {
  return spawnSync(process.execPath, ['dist/cli/main.js', 'simulate', ...args], {
    encoding: 'utf8',
    ...(input === undefined ? {} : { input }),
  });
}

const EXAMPLES = 'examples/scenarios';
const CANARY = `${EXAMPLES}/bad-release-stops-at-the-canary.yaml`;
const SLOW = `${EXAMPLES}/slow-network-with-duplicates.yaml`;

const ROUGH = `
fleet: { channels: { stable: { hosts: { web: 6 }, waves: 2, soak: 5m } } }
rates: { activation-fails: 5%, request-lost: 5% }
`;

describe('nixfleet-statechart simulate SCENARIO', () => {
  test.each(['a-good-day', 'wrong-closure'])('%s exits as it says', (name) => {
    const exit = Number(/^ {2}exit: (\d)$/m.exec(readFileSync(`${EXAMPLES}/${name}.yaml`, 'utf8'))?.[1]);
    const { status, stderr } = simulate([`${EXAMPLES}/${name}.yaml`]);
    expect(stderr).toBe('');
    expect(status).toBe(exit);
  });

  test('tells every mistake with its line and column, and what to do', () => {
    const { status, stdout, stderr } = simulate(
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

  test('tells once what all hosts of a wave have in common', () => {
    const { stdout } = simulate(['examples/scenarios/bad-release-stops-at-the-canary.yaml']);
    const told = 'all of it waited 3m 00s for wave-promotion, not dispatched: the rollout was Failed';
    expect(stdout.split(told)).toHaveLength(3);
    expect(stdout.match(/not dispatched/g)).toHaveLength(2);
  });

  test('takes the seed of the scenario unless another is given, and refuses options of fleet files', () => {
    expect(simulate([CANARY]).stdout).toContain('seed 1');
    expect(simulate([CANARY, '--seed', '7']).stdout).toContain('seed 7');
    const { status, stderr } = simulate([CANARY, '--new-closures', '--fail', 'web-01=probe']);
    expect(status).toBe(1);
    expect(stderr).toContain('--new-closures');
    expect(stderr).toContain('--fail');
  });

  test('says what is not as the scenario expects', () => {
    const { status, stderr } = simulate(
      ['-'],
      `${ROUGH.replace('5%', '0')}expect: { outcome: not-terminal, held: [quarantine] }\n`,
    );
    expect(stderr).toContain('not as expected: outcome: expected not-terminal, got terminal.');
    expect(stderr).toContain('not as expected: held: expected quarantine');
    expect(status).toBe(2);
  });

  test('holds the exit code against what the scenario expects of it', () => {
    const healthy = ROUGH.replace('5%', '0');
    const { status, stderr } = simulate(['-'], `${healthy}expect: { exit: 3 }\n`);
    expect([status, stderr]).toEqual([2, 'not as expected: exit: expected 3, got 0.\n']);
    expect(simulate(['-'], `${healthy}expect: { exit: 0 }\n`)).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('nixfleet-statechart simulate --hosts', () => {
  test('runs on a made-up fleet, the same as a scenario that asks for one', () => {
    const { status, stdout } = simulate(['--hosts', '30', '--waves', '2', '--seed', '5']);
    expect(status).toBe(0);
    expect(stdout).toContain('30 hosts in 2 channels, seed 5');
    const events = (of: readonly string[], input?: string): unknown =>
      (JSON.parse(simulate([...of, '--json'], input).stdout) as { stats: { eventLogSha256: string } }).stats
        .eventLogSha256;
    expect(events(['-'], 'fleet: { hosts: 30, waves: 2 }\nseed: 5\n')).toBe(
      events(['--hosts', '30', '--waves', '2', '--seed', '5']),
    );
  });

  test.each([
    ['--hosts', '0'],
    ['--hosts', 'many'],
    ['--hosts', '5', '--waves', '0'],
    ['--waves', '3'],
    [CANARY, '--hosts', '5'],
  ])('refuses %s %s', (...args) => {
    const { status, stdout, stderr } = simulate(args);
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/--hosts|--waves/);
  });
});

describe('nixfleet-statechart simulate --runs', () => {
  test('counts the same whatever the number of threads', () => {
    const counted = ['1', '2', '3'].map((workers) => {
      const { status, stdout, stderr } = simulate(['-', '--runs', '40', '--workers', workers, '--json'], ROUGH);
      expect(stderr).toBe('');
      expect(status).toBe(2);
      const { stats, ...rest } = JSON.parse(stdout) as { stats: { wallMs: number }; runs: number; failing: number };
      expect(stats.wallMs).toBeGreaterThan(0);
      return rest;
    });
    expect(counted[0]).toMatchObject({ version: 1, runs: 40, firstSeed: 1 });
    expect(counted[1]).toEqual(counted[0]);
    expect(counted[2]).toEqual(counted[0]);
  });

  test('reports outcomes, times and faults, and exits with 0 if no run failed', () => {
    const { status, stdout, stderr } = simulate([SLOW, '--runs', '10']);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    for (const text of ['10 runs, seeds 1 to 10', 'p50', 'p95', 'p99', 'request-lost', 'None.'])
      expect(stdout).toContain(text);
  });

  test.each(['0', '-1', 'many', '1e3', '99999999999'])('refuses %s runs', (runs) => {
    const { status, stderr } = simulate([SLOW, `--runs=${runs}`]);
    expect(status).toBe(1);
    expect(stderr).toContain('--runs');
  });
});

test('names out of a scenario move no cursor where they are not as expected', () => {
  const { status, stderr } = simulate(
    ['-'],
    'fleet: { channels: { c: { hosts: ["a\\e[31mb"] } } }\nexpect: { hosts: { "*": Failed } }\n',
  );
  expect([status, stderr]).toEqual([2, 'not as expected: hosts.a\\u001b[31mb: expected Failed, got Converged.\n']);
});

test('simulate --runs refuses seeds that do not suffice: a stack trace was all that it said', () => {
  const last = Number.MAX_SAFE_INTEGER;
  const { status, stdout, stderr } = simulate([SLOW, '--seed', `${last - 1}`, '--runs', '3']);
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toBe(`This command cannot be used: 1 problem.
  --runs 3
    There are not so many seeds from ${last - 1} on: they end before 2^53 - 1.
    Begin with a smaller seed, such as --seed 1.
`);
  expect(simulate([SLOW, '--seed', `${last - 3}`, '--runs', '3']).status).toBe(0);
});

describe('nixfleet-statechart simulate --shrink', () => {
  test('prints a smaller scenario that fails in the same way', () => {
    const { status, stdout, stderr } = simulate(['-', '--runs', '20', '--shrink'], ROUGH);
    expect(status).toBe(2);
    expect(stderr).toContain('20 runs');
    expect(stdout).toContain('do: fail-activation');
    expect(stdout).not.toContain('rates:');
    const again = simulate(['-'], stdout);
    expect(again.stderr).toBe('');
    expect(again.status).toBe(2);
    expect(again.stdout).toContain('1 host in 1 channel');
  });

  test.each([[[]], [['--runs', '20']]])('is refused with --json, which was dropped (%j)', (more) => {
    const { status, stdout, stderr } = simulate(['-', '--shrink', '--json', ...more], ROUGH);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toBe(`This command cannot be used: 1 problem.
  --shrink, --json
    What --shrink prints is a scenario, and no report.
    Leave out --json for the scenario, or --shrink for the report.
`);
  });

  test('says that there is nothing to do for a run that does not fail', () => {
    const { status, stdout, stderr } = simulate([CANARY, '--shrink']);
    expect(status).toBe(0);
    expect(stdout).toBe('');
    expect(stderr).toContain('does not fail');
  });
});
