import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'simulate-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(args: readonly string[], input?: string, env: Readonly<Record<string, string>> = {}): Ended {
  return spawnSync(process.execPath, ['dist/cli/main.js', ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    ...(input === undefined ? {} : { input }),
  });
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const HARBOR = 'examples/fleets/harbor.json';
const harbor = (): Record<string, never> => JSON.parse(readFileSync(HARBOR, 'utf8')) as Record<string, never>;

describe('nixfleet-statechart', () => {
  test('tells its version', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string };
    expect(run(['--version'])).toMatchObject({ status: 0, stdout: `${version}\n` });
  });

  test('does not blame a file for an option', () => {
    const { status, stderr } = run(['simulate', HARBOR, '--seed', 'abc']);
    expect(status).toBe(1);
    expect(stderr).toContain('This command cannot be used');
  });
});

describe('nixfleet-statechart simulate', () => {
  test('shows the plan, the timeline and the result, and exits with 0 if every rollout is Terminal', () => {
    const { status, stdout, stderr } = run(['simulate', HARBOR]);
    expect(stderr).toBe('');
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

  test('exits with 2 if a rollout ends otherwise, and says what it held', () => {
    const { status, stdout } = run(['simulate', HARBOR, '--fail', 'worker-03=probe', '--defer', 'quay-02=kernel']);
    expect(status).toBe(2);
    expect(stdout).toMatch(/quay-02: Deferred, held by reboot since/);
    expect(stdout).toMatch(/channel-edges/);
    expect(stdout).toMatch(/Not every rollout is Terminal: edge is \w+, stable is \w+/);
  });

  test.each([80, 120])('keeps to %i columns', (columns) => {
    const { stdout } = run(['simulate', HARBOR, '--fail', 'worker-03=probe'], undefined, { COLUMNS: String(columns) });
    const longest = Math.max(...stdout.split('\n').map((line) => line.length));
    expect(longest).toBeLessThanOrEqual(columns);
    expect(longest).toBeGreaterThan(columns - 20);
  });

  test('keeps to 100 columns where COLUMNS is set to nothing: it was as narrow as can be', () => {
    const args = ['simulate', HARBOR, '--fail', 'worker-03=probe'];
    expect(run(args, undefined, { COLUMNS: '' }).stdout).toBe(run(args, undefined, { COLUMNS: '100' }).stdout);
  });

  test('uses no colour where there is no terminal', () => {
    // oxlint-disable-next-line no-control-regex
    expect(run(['simulate', HARBOR]).stdout).not.toMatch(/\u001b/);
  });

  test('reads the fleet from standard input', () => {
    const { status, stdout } = run(['simulate', '-'], readFileSync(HARBOR, 'utf8'));
    expect(status).toBe(0);
    expect(stdout).toContain('Every rollout is Terminal');
  });

  test('writes the same event log for the same arguments, and its hash into the report', () => {
    const args = ['simulate', HARBOR, '--seed', '7', '--fail', 'web-*=activation@50m', '--json', '--events'];
    const first = run([...args, join(folder, 'first.jsonl')]);
    const second = run([...args, join(folder, 'second.jsonl')]);
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
      .map((line) => JSON.parse(line) as { readonly at: number });
    expect(lines.length).toBeGreaterThan(500);
    expect(lines.map(({ at }) => at)).toEqual(lines.map(({ at }) => at).sort((a, b) => a - b));
  });

  test('comes to the same event log on real XState actors', () => {
    const args = ['simulate', HARBOR, '--fail', 'worker-03=probe', '--json'];
    const hashOf = (more: readonly string[]): unknown =>
      (JSON.parse(run([...args, ...more]).stdout) as { readonly stats: Record<string, unknown> }).stats[
        'eventLogSha256'
      ];
    const hash = hashOf([]);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(hashOf(['--engine', 'xstate'])).toBe(hash);
    expect(run([...args, '--engine', 'steam', '--runs', '2']).stderr).toContain('There is no such engine');
    expect(run([...args, '--engine', 'xstate', '--runs', '2']).stderr).toContain('can be chosen for one run only');
  });

  test('takes what is new from the options', () => {
    const { stdout } = run(['simulate', HARBOR, '--closure', 'web-01=sha256-abc=', '--ref', 'next', '--json']);
    const { rollouts } = JSON.parse(stdout) as {
      readonly rollouts: {
        readonly rolloutId: string;
        readonly waves: { readonly hosts: { readonly host: string; readonly dispatchedAt: number | null }[] }[];
      }[];
    };
    const dispatched = rollouts
      .flatMap(({ waves }) => waves.flatMap(({ hosts }) => hosts))
      .filter(({ dispatchedAt }) => dispatchedAt !== null);
    expect(dispatched.map(({ host }) => host)).toEqual(['web-01']);
    expect(rollouts.map(({ rolloutId }) => rolloutId)).toEqual(['database@next', 'edge@next', 'stable@next']);
  });

  test('says when there are not as many waves as were asked for', () => {
    const { status, stderr } = run(['simulate', '--hosts', '2', '--waves', '9']);
    expect([status, stderr]).toEqual([0, 'note: 2 hosts fill no more than 2 of 9 waves.\n']);
  });

  test('does not say it of waves that nobody asked for', () => {
    const { status, stderr } = run(['simulate', '--hosts', '1']);
    expect([status, stderr]).toEqual([0, '']);
  });

  test('ends when it is told to', () => {
    const { status, stdout } = run(['simulate', HARBOR, '--until', '10m']);
    expect(status).toBe(2);
    expect(stdout.replace(/\s+/g, ' ')).toContain('The run ended after 10m 00s');
  });

  test('has a help with examples and exit codes', () => {
    const { status, stdout } = run(['simulate', '--help']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/Examples:[\s\S]*Exit codes:/);
  });

  test('does not mind a reader that stops reading', () => {
    const { status, stdout, stderr } = spawnSync(
      'sh',
      ['-c', `'${process.execPath}' dist/cli/main.js simulate ${HARBOR} | head -n 1`],
      { encoding: 'utf8' },
    );
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout.split('\n')).toHaveLength(2);
  });
});

describe('input that cannot be used', () => {
  test('stops a run before it begins, where its record could not be written', () => {
    const { status, stdout, stderr } = run([
      'simulate',
      '--hosts',
      '3',
      '--record',
      join(folder, 'nowhere', 'run.json'),
    ]);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('It cannot be written');
  });

  test('is an option that would do nothing', () => {
    const { status, stderr } = run(['simulate', '', '--workers', '2']);
    expect(status).toBe(1);
    expect(stderr).toContain('Give --runs, such as --runs 1000, or leave --workers out.');
    expect(stderr).toContain('Its name is blank.');
    // It was also looked for, which made a second problem of it.
    expect(stderr).toContain('This command cannot be used: 2 problems.');
  });

  const refused = (args: readonly string[], input?: string): string => {
    const { status, stdout, stderr } = run(args, input);
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).not.toMatch(/\n\s+at /);
    return stderr;
  };

  test('is told all together, each with its place and what to do', () => {
    const text = refused([
      'simulate',
      HARBOR,
      '--seed',
      'x',
      '--until',
      '10',
      '--fail',
      'nobody=probe',
      '--fail',
      'web-01=lunch',
      '--defer',
      'web-01=hat@soon',
      '--frob',
    ]);
    for (const part of [
      '--seed x',
      '--until 10',
      'no host "nobody"',
      '"lunch" cannot fail',
      '"hat" is no component',
      '"soon" is no duration',
      '--frob',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).toMatch(/7 problems/);
  });

  test('of the fleet file is told by its path', () => {
    const fleet = harbor();
    const broken = { ...fleet, edges: [{ gated: 'web-01', gates: 'nobody' }], channels: {} };
    const text = refused(['simulate', file('broken.json', JSON.stringify(broken))]);
    expect(text).toContain('$.edges[0].gates');
    expect(text).toContain('$.hosts');
  });

  test.each([
    ['no fleet', ['simulate']],
    ['two fleets', ['simulate', HARBOR, HARBOR]],
    ['a file that is not there', ['simulate', 'nowhere.json']],
    ['a directory', ['simulate', 'examples']],
    ['an option without its value', ['simulate', HARBOR, '--seed']],
    ['no command that there is', ['frobnicate']],
    ['a log that cannot be written', ['simulate', HARBOR, '--events', 'nowhere/at/all.jsonl']],
  ])('%s', (_what, args) => {
    refused(args);
  });

  test.each([
    ['an option that is spelled wrongly', ['--sede', '5', '--hosts', '3'], ['--sede', 'Did you mean --seed?']],
    ['such an option with a value, which is no file', ['--hots', '200'], ['--hots', 'Did you mean --hosts?']],
    ['waves for a file, told once', [HARBOR, '--waves', '3'], ['--waves\n', 'Leave out the file, or --waves.']],
    ['a second file, for which the first is not to blame', [HARBOR, 'extra'], ['  extra\n', 'Leave it out.']],
    ['nothing at all', [], ['a scenario in YAML', '--hosts N']],
    [
      'two closures of one host',
      [HARBOR, '--closure', 'web-*=x', '--closure', 'web-01=y'],
      ['--closure web-01=y', 'Another closure was given for web-01 before: x.'],
    ],
  ])('is %s', (_what, args, told) => {
    const text = refused(['simulate', ...args]);
    expect(text).toContain('This command cannot be used: 1 problem.');
    for (const part of told) expect(text).toContain(part);
  });

  test('is not JSON', () => {
    expect(refused(['simulate', '-'], '{ "hosts": ')).toMatch(/line 1/);
    expect(refused(['simulate', '-'], '')).toMatch(/empty/);
  });

  test('has nothing to roll out', () => {
    const fleet = harbor() as unknown as { readonly hosts: Record<string, object> };
    const hosts = Object.fromEntries(
      Object.entries(fleet.hosts).map(([name, host]) => [name, { ...host, closureHash: null }]),
    );
    const told = refused(['simulate', '-'], JSON.stringify({ ...fleet, hosts }));
    expect(told).toContain('--new-closures');
    expect(told.match(/nothing to roll out/g)).toHaveLength(1);
  });

  test('cannot move the cursor of the reader', () => {
    const text = refused(['simulate', HARBOR, '--fail', '\u001b[2Jx=probe']);
    expect(text).not.toContain('\u001b');
  });
});
