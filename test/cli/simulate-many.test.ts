import { describe, expect, test } from 'vitest';
import { runCli, type Ended } from '../support/run-cli.ts';

const simulate = (args: readonly string[], stdin = ''): Promise<Ended> => runCli(['simulate', ...args], { stdin });

const EXAMPLES = 'examples/scenarios';
const CANARY = `${EXAMPLES}/bad-release-stops-at-the-canary.yaml`;
const SLOW = `${EXAMPLES}/slow-network-with-duplicates.yaml`;

const ROUGH = `
fleet: { channels: { stable: { hosts: { web: 6 }, waves: 2, soak: 5m } } }
rates: { activation-fails: 5%, request-lost: 5% }
`;

describe('nixfleet-statechart simulate --runs', () => {
  test('reports outcomes, times and faults, and exits with 0 if no run failed', async () => {
    const { status, stdout, stderr } = await simulate([SLOW, '--runs', '10']);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    for (const text of ['10 runs, seeds 1 to 10', 'p50', 'p95', 'p99', 'request-lost', 'None.'])
      expect(stdout).toContain(text);
  });

  test.each(['0', '-1', 'many', '1e3', '99999999999'])('refuses %s runs', async (runs) => {
    const { status, stderr } = await simulate([SLOW, `--runs=${runs}`]);
    expect(status).toBe(1);
    expect(stderr).toContain('--runs');
  });
});

test('simulate --runs refuses seeds past 2^53 - 1: it was a stack trace', async () => {
  const last = Number.MAX_SAFE_INTEGER;
  const { status, stdout, stderr } = await simulate([SLOW, '--seed', `${last - 1}`, '--runs', '3']);
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toBe(`The command line cannot be used: 1 problem.
  --runs 3
    Starting from ${last - 1}, the seeds would exceed 2^53 - 1.
    Start from a smaller seed, such as --seed 1.
`);
  expect((await simulate([SLOW, '--seed', `${last - 3}`, '--runs', '3'])).status).toBe(0);
});

describe('an interrupted nixfleet-statechart simulate --runs', () => {
  test('reports the finished runs: it printed nothing', async () => {
    const controller = new AbortController();
    setImmediate(() => controller.abort('SIGINT'));
    const { status, stdout, stderr } = await runCli(['simulate', SLOW, '--runs', '1000'], {
      interruption: controller.signal,
    });
    const [, runs = ''] = /^(\d+) runs?, seeds 1 to \1\n/.exec(stdout) ?? [];
    expect(Number(runs)).toBeLessThan(1000);
    expect(stderr).toBe(`Interrupted after ${runs} of 1,000 runs.\n`);
    expect(status).toBe(130);
  });

  test('has nothing to report before the first run ends', async () => {
    const interruption = AbortSignal.abort('SIGTERM');
    const ended = await runCli(['simulate', SLOW, '--runs', '10'], { interruption });
    expect(ended).toEqual({ status: 143, stdout: '', stderr: 'Interrupted after 0 of 10 runs.\n' });
  });
});

describe('nixfleet-statechart simulate --shrink', () => {
  test('prints a smaller scenario that fails in the same way', async () => {
    const { status, stdout, stderr } = await simulate(['-', '--runs', '20', '--shrink'], ROUGH);
    expect(status).toBe(2);
    expect(stderr).toContain('20 runs');
    expect(stdout).toContain('do: fail-activation');
    expect(stdout).not.toContain('rates:');
    const again = await simulate(['-'], stdout);
    expect(again.stderr).toBe('');
    expect(again.status).toBe(2);
    expect(again.stdout).toContain('1 host in 1 channel');
  });

  test.each([[[]], [['--runs', '20']]])('is refused with --json, which was dropped (%j)', async (more) => {
    const { status, stdout, stderr } = await simulate(['-', '--shrink', '--json', ...more], ROUGH);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toBe(`The command line cannot be used: 1 problem.
  --shrink, --json
    --shrink prints a scenario, not a report.
    Leave out --json for the scenario, or --shrink for the report.
`);
  });

  test('writes nothing to standard output if there is nothing to shrink: with --runs, it was the report', async () => {
    const { status, stdout, stderr } = await simulate([CANARY, '--shrink']);
    expect([status, stdout]).toEqual([0, '']);
    expect(stderr).toBe('The run with seed 1 does not fail, so there is nothing to shrink.\n');
    const many = await simulate([CANARY, '--runs', '2', '--shrink']);
    expect([many.status, many.stdout]).toEqual([0, '']);
    expect(many.stderr).toMatch(/^2 runs, seeds 1 to 2\n[\s\S]*No run fails, so there is nothing to shrink\.\n$/);
  });
});
