import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runCli, type Ended } from '../support/run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'simulate-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (args: readonly string[], stdin = '', env: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  runCli(args, { stdin, env });

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const HARBOR = 'examples/fleets/harbor.json';
const harbor = (): Record<string, never> => JSON.parse(readFileSync(HARBOR, 'utf8')) as Record<string, never>;

describe('a generated fleet', () => {
  test('is the same as in a scenario', async () => {
    const { status, stdout } = await run(['simulate', '--hosts', '30', '--waves', '2', '--seed', '5']);
    expect(status).toBe(0);
    expect(stdout).toContain('30 hosts in 2 channels, seed 5');
    const events = async (of: readonly string[], input?: string): Promise<unknown> =>
      (JSON.parse((await run(['simulate', ...of, '--json'], input)).stdout) as { stats: { eventLogSha256: string } })
        .stats.eventLogSha256;
    expect(await events(['-'], 'fleet: { hosts: 30, waves: 2 }\nseed: 5\n')).toBe(
      await events(['--hosts', '30', '--waves', '2', '--seed', '5']),
    );
  });

  test.each([
    ['--hosts', '0'],
    ['--hosts', 'many'],
    ['--hosts', '5', '--waves', '0'],
    ['--waves', '3'],
    ['examples/scenarios/bad-release-stops-at-the-canary.yaml', '--hosts', '5'],
  ])('refuses %s %s', async (...args) => {
    const { status, stdout, stderr } = await run(['simulate', ...args]);
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/--hosts|--waves/);
  });
});

describe('input that cannot be used', () => {
  test('stops a run before it starts if its run file cannot be written', async () => {
    const { status, stdout, stderr } = await run([
      'simulate',
      '--hosts',
      '3',
      '--record',
      join(folder, 'nowhere', 'run.json'),
    ]);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('Its directory does not exist.');
  });

  test('includes options without effect', async () => {
    const { status, stderr } = await run(['simulate', '', '--workers', '2']);
    expect(status).toBe(1);
    expect(stderr).toContain('Give --runs, such as --runs 1000, or leave --workers out.');
    expect(stderr).toContain('Its name is blank.');
    // It was also opened, which caused a second problem.
    expect(stderr).toContain('The command line cannot be used: 2 problems.');
  });

  const refused = async (args: readonly string[], input?: string): Promise<string> => {
    const { status, stdout, stderr } = await run(args, input);
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).not.toMatch(/\n\s+at /);
    return stderr;
  };

  test('is reported all at once, each problem with its place and remedy', async () => {
    const text = await refused([
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
    ]);
    for (const part of [
      '--seed x',
      '--until 10',
      'no host "nobody"',
      '"lunch" cannot fail',
      '"hat" is not a component',
      '"soon" is not a duration',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).toMatch(/6 problems/);
  });

  test('is a duration that is too long, however long: that it is none was said of the longest', async () => {
    for (const until of ['10001d', '999999999999d'])
      expect(await refused(['simulate', HARBOR, '--until', until])).toContain('Expected at most 10000d.');
  });

  test('in the fleet file is reported by its path', async () => {
    const fleet = harbor();
    const broken = { ...fleet, edges: [{ gated: 'web-01', gates: 'nobody' }], channels: {} };
    const text = await refused(['simulate', file('broken.json', JSON.stringify(broken))]);
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
  ])('%s', async (_what, args) => {
    await refused(args);
  });

  test.each([
    ['waves for a file, reported once', [HARBOR, '--waves', '3'], ['--waves\n', 'Leave out the file, or --waves.']],
    ['nothing at all', [], ['a scenario in YAML', '--hosts N']],
    [
      'two closures of one host',
      [HARBOR, '--closure', 'web-*=x', '--closure', 'web-01=y'],
      ['--closure web-01=y', 'Web-01 already has another closure: x.'],
    ],
    ['a blank ref', [HARBOR, '--ref', ''], ['--ref\n', 'It is blank.', 'leave --ref out']],
    ['a blank name of a log', [HARBOR, '--events', ''], ['--events\n', 'Its name is blank.']],
    ['a directory for a log', [HARBOR, '--events', 'examples'], ['--events examples', 'This is a directory.']],
  ])('is %s', async (_what, args, told) => {
    const text = await refused(['simulate', ...args]);
    expect(text).toContain('The command line cannot be used: 1 problem.');
    for (const part of told) expect(text).toContain(part);
  });

  test('is not JSON', async () => {
    expect(await refused(['simulate', '-'], '{ "hosts": ')).toMatch(/line 1/);
    expect(await refused(['simulate', '-'], '')).toMatch(/empty/);
  });

  test('has nothing to roll out', async () => {
    const fleet = harbor() as unknown as { readonly hosts: Record<string, object> };
    const hosts = Object.fromEntries(
      Object.entries(fleet.hosts).map(([name, host]) => [name, { ...host, closureHash: null }]),
    );
    const told = await refused(['simulate', '-'], JSON.stringify({ ...fleet, hosts }));
    expect(told).toContain('--new-closures');
    expect(told.match(/nothing to roll out/g)).toHaveLength(1);
  });

  test('cannot move the cursor of the reader', async () => {
    const text = await refused(['simulate', HARBOR, '--fail', '\u001b[2Jx=probe']);
    expect(text).not.toContain('\u001b');
  });
});

describe('--from and --start', () => {
  test('only differences from the running fleet are rolled out, in clock times', async () => {
    const running = harbor() as Record<string, Record<string, { closureHash: string }>>;
    for (const name of ['web-01', 'db-orders-primary']) {
      const host = running['hosts']?.[name];
      if (host !== undefined) host.closureHash = 'older';
    }
    const from = file('running.json', JSON.stringify(running));
    const { status, stdout } = await run(['simulate', HARBOR, '--from', from, '--start', '2026-05-16T22:00:00Z']);
    expect(status).toBe(0);
    expect(stdout).toContain('2 of 42 hosts get a new closure: db-orders-primary, web-01.');
    expect(stdout).toContain('22:00:');
    expect(stdout).toContain('Times are in UTC.');
  });

  test('clock times are in the given zone', async () => {
    const { status, stdout } = await run(['simulate', HARBOR, '--start', '22:00+02:00', '--until', '1h']);
    expect(status).toBe(2);
    expect(stdout).toContain('Times are in UTC+02:00.');
    expect(stdout).toMatch(/^ +22:00:00 /m);
  });

  test.each([
    [['--from', 'nowhere.json'], '--from nowhere.json'],
    [['--from', HARBOR, '--new-closures'], 'both say what changes'],
    [['--start', 'tomorrow'], 'Expected a time of day, or a date with a time'],
  ])('refuses %j', async (args, message) => {
    const { status, stdout, stderr } = await run(['simulate', HARBOR, ...args]);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(message);
  });
});
