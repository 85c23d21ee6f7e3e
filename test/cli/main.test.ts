import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';

// Only what needs a process: pipes, signals, threads, and what is loaded. Everything else is tested through `run`.

const MAIN = 'dist/cli/main.js';
const FLEET = ['--hosts', '20', '--waves', '2'];

const folder = mkdtempSync(join(tmpdir(), 'main-'));
afterAll(() => rmSync(folder, { recursive: true }));

function inShell(command: string): readonly [status: number | null, stdout: string, stderr: string] {
  const script = command.replace('COMMAND', `'${process.execPath}' ${MAIN}`);
  // Larger than an event log of these hosts.
  const { status, stdout, stderr } = spawnSync('sh', ['-c', script], { encoding: 'utf8', maxBuffer: 1 << 26 });
  return [status, stdout, stderr];
}

describe('a pipe', () => {
  test('may be read slower than the run writes: only 64 KiB and an error came through', () => {
    const file = join(folder, 'whole.jsonl');
    expect(inShell(`COMMAND simulate ${FLEET.join(' ')} --events ${file}`)[0]).toBe(0);
    const whole = readFileSync(file, 'utf8');
    expect(whole.length).toBeGreaterThan(100_000);
    const [, stdout, stderr] = inShell(`COMMAND simulate ${FLEET.join(' ')} --events - | dd bs=16 status=none`);
    expect(stderr).toBe('');
    // Compared as a boolean: a diff of so much text would take long to print.
    expect(stdout === whole).toBe(true);
  });

  test.each([
    `simulate ${FLEET.join(' ')}`,
    `simulate ${FLEET.join(' ')} --events -`,
    'paths --format json -c allStates',
  ])('may be closed by a reader that has seen enough: %s', (args) => {
    const [, stdout, stderr] = inShell(`COMMAND ${args} | head -n 1`);
    expect(stderr).toBe('');
    expect(stdout.split('\n')).toHaveLength(2);
  });

  test('for standard error may be closed without effect on the command', () => {
    expect(inShell(`COMMAND simulate --hosts 2 --waves 9 --until 1m 2>&- | wc -l`)[1]).not.toBe('0\n');
  });
});

describe('a signal', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends conform with its peers and a report', async (signal, status) => {
    const pid = join(folder, `pid-${signal}`);
    // It never answers, and ignores the usual signals.
    const peer = `echo $$ > ${pid}; trap '' INT TERM HUP; while :; do sleep 1; done`;
    const child = spawn(process.execPath, [MAIN, 'conform', '--exec', peer, '-c', 'allStates', '--timeout', '60000']);
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    while (!existsSync(pid) || readFileSync(pid, 'utf8') === '')
      await new Promise((resolve) => setTimeout(resolve, 10));
    child.kill(signal);
    const [code] = (await once(child, 'close')) as [number | null];
    expect(stdout).toContain('0 asked');
    expect(stderr).toBe('Interrupted. The report covers the answers received so far.\n');
    expect(code).toBe(status);
    expect(() => process.kill(Number(readFileSync(pid, 'utf8')), 0)).toThrow('ESRCH');
  });

  test('stops serving a page, with exit code 0', async () => {
    const child = spawn(process.execPath, [MAIN, 'visualize', '--no-open']);
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    expect(await once(child, 'close')).toEqual([0, null]);
  });
});

test('many runs give the same result with any number of threads', () => {
  const scenario = join(folder, 'rough.yaml');
  writeFileSync(
    scenario,
    'fleet: { channels: { stable: { hosts: { web: 6 }, waves: 2, soak: 5m } } }\nrates: { activation-fails: 5% }\n',
  );
  const counted = ['1', '3'].map((workers) => {
    const [status, stdout] = inShell(`COMMAND simulate ${scenario} --runs 16 --workers ${workers} --json`);
    const { stats: _, ...rest } = JSON.parse(stdout) as { readonly stats: unknown };
    return { status, ...rest };
  });
  expect(counted[0]).toMatchObject({ status: 2, version: 1, runs: 16, firstSeed: 1 });
  expect(counted[1]).toEqual(counted[0]);
});

test.each([[['--version']], [['--help']], [['nothing']], [['simulate', '--help']], [['simulate', '--nothing']]])(
  '%j loads no more than it needs',
  (args) => {
    const preload = ['--import', './test/support/print-loaded.mjs'];
    const { stderr } = spawnSync(process.execPath, [...preload, MAIN, ...args], { encoding: 'utf8' });
    const urls = JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '') as readonly string[];
    const modules = urls.filter((url) => !url.startsWith('node:'));
    expect(modules.length).toBeGreaterThan(0);
    expect(modules.length).toBeLessThan(16);
    expect(modules.filter((url) => /xstate|zod|yaml/i.test(url))).toEqual([]);
    const bytes = modules.reduce((sum, url) => sum + statSync(fileURLToPath(url)).size, 0);
    expect(bytes).toBeLessThan(250_000);
  },
);
