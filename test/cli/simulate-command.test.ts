import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runCli, type Ended } from '../support/run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'simulate-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (args: readonly string[], stdin = '', env: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  runCli(args, { stdin, env });

const HARBOR = 'examples/fleets/harbor.json';

describe('nixfleet-statechart simulate', () => {
  test('shows the plan, the timeline and the result, and exits with 0 if every rollout is Terminal', async () => {
    const { status, stdout, stderr } = await run(['simulate', HARBOR]);
    expect(stderr).not.toContain('warning');
    expect(status).toBe(0);
    const order = [
      '42 hosts in 3 channels, seed 1',
      'Disruption budgets',
      'Timeline',
      'Wave 0',
      'Outcome',
      'Every rollout is Terminal',
    ];
    const places = order.map((text) => stdout.indexOf(text));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  test('exits with 2 if a rollout ends otherwise, and says what held it', async () => {
    const { status, stdout } = await run([
      'simulate',
      HARBOR,
      '--fail',
      'worker-03=probe',
      '--defer',
      'quay-02=kernel',
    ]);
    expect(status).toBe(2);
    expect(stdout).toMatch(/quay-02: Deferred, held by reboot since/);
    expect(stdout).toMatch(/channel-edges/);
    expect(stdout).toMatch(/Not every rollout is Terminal: edge is \w+ and stable is \w+/);
  });

  test.each([80, 120])('keeps to %i columns', async (columns) => {
    const { stdout } = await run(['simulate', HARBOR, '--fail', 'worker-03=probe'], '', { COLUMNS: String(columns) });
    const longest = Math.max(...stdout.split('\n').map((line) => line.length));
    expect(longest).toBeLessThanOrEqual(columns);
    expect(longest).toBeGreaterThan(columns - 20);
  });

  test('keeps to 100 columns if COLUMNS is empty: it used the minimum', async () => {
    const args = ['simulate', HARBOR, '--fail', 'worker-03=probe'];
    const [unset, hundred] = [await run(args, '', { COLUMNS: '' }), await run(args, '', { COLUMNS: '100' })];
    expect(unset.stdout).toBe(hundred.stdout);
  });

  test('uses no colour without a terminal', async () => {
    // oxlint-disable-next-line no-control-regex
    expect((await run(['simulate', HARBOR])).stdout).not.toMatch(/\u001b/);
  });

  test('reads the fleet from standard input', async () => {
    const { status, stdout } = await run(['simulate', '-'], readFileSync(HARBOR, 'utf8'));
    expect(status).toBe(0);
    expect(stdout).toContain('Every rollout is Terminal');
  });

  test('writes the same event log for the same arguments, and its hash into the report', async () => {
    const args = ['simulate', HARBOR, '--seed', '7', '--fail', 'web-*=activation@50m', '--json', '--events'];
    const first = await run([...args, join(folder, 'first.jsonl')]);
    const second = await run([...args, join(folder, 'second.jsonl')]);
    expect(first.status).toBe(2);
    const bytes = readFileSync(join(folder, 'first.jsonl'));
    expect(readFileSync(join(folder, 'second.jsonl')).equals(bytes)).toBe(true);
    const { stats, ...rest } = JSON.parse(first.stdout) as { readonly stats: Record<string, unknown> };
    expect(stats).toMatchObject({ eventLogSha256: createHash('sha256').update(bytes).digest('hex') });
    expect(Object.keys(stats)).toEqual(['machineSteps', 'wallMs', 'peakRssBytes', 'eventLogSha256']);
    const { stats: _stats, ...again } = JSON.parse(second.stdout) as { readonly stats: unknown };
    expect(again).toEqual(rest);
    const lines = bytes
      .toString()
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => (JSON.parse(line) as { readonly runMs: number }).runMs);
    expect(lines.length).toBeGreaterThan(500);
    expect(lines).toEqual(lines.toSorted((a, b) => a - b));
  });

  test('rolls out what the options name', async () => {
    const { stdout } = await run(['simulate', HARBOR, '--closure', 'web-01=sha256-abc=', '--ref', 'next', '--json']);
    const { rollouts } = JSON.parse(stdout) as {
      readonly rollouts: {
        readonly rolloutId: string;
        readonly waves: { readonly hosts: { readonly hostname: string; readonly dispatchedRunMs: number | null }[] }[];
      }[];
    };
    const dispatched = rollouts
      .flatMap(({ waves }) => waves.flatMap(({ hosts }) => hosts))
      .filter(({ dispatchedRunMs }) => dispatchedRunMs !== null);
    expect(dispatched.map(({ hostname }) => hostname)).toEqual(['web-01']);
    expect(rollouts.map(({ rolloutId }) => rolloutId)).toEqual(['database@next', 'edge@next', 'stable@next']);
  });

  test('notes that some of the waves stay empty', async () => {
    const { status, stderr } = await run(['simulate', '--hosts', '2', '--waves', '9']);
    expect([status, stderr]).toEqual([0, 'note: 2 hosts fill no more than 2 of 9 waves.\n']);
  });

  test('does not note this for the default waves', async () => {
    const { status, stderr } = await run(['simulate', '--hosts', '1']);
    expect([status, stderr]).toEqual([0, '']);
  });

  test('ends at --until', async () => {
    const { status, stdout } = await run(['simulate', HARBOR, '--until', '10m']);
    expect(status).toBe(2);
    expect(stdout.replace(/\s+/g, ' ')).toContain('The run ended at 10m 00s');
  });
});
