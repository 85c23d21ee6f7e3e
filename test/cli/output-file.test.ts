import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, test } from 'vitest';
import type { Io } from '../../src/cli/io.ts';
import { OutputFile, UnwritableOutput, writeOutput } from '../../src/cli/output-file.ts';
import { runCli } from '../support/run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'output-file-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

const silent = { write: () => {}, isTerminal: false, columns: 0 };
const io: Io = {
  stdin: Readable.from([]),
  stdout: silent,
  stderr: silent,
  env: {},
  interruption: () => new AbortController().signal,
};

describe('an output file', () => {
  test('replaces an older one only when complete: --events truncated the old one at the start', () => {
    writeFileSync(at('log'), 'old');
    const file = new OutputFile(at('log'), io);
    file.write('ne');
    expect(readFileSync(at('log'), 'utf8')).toBe('old');
    file.write('w');
    file.close();
    expect(readFileSync(at('log'), 'utf8')).toBe('new');
  });

  test('that is abandoned leaves nothing behind, and the older one unchanged', () => {
    writeFileSync(at('kept'), 'old');
    const before = readdirSync(folder);
    const file = new OutputFile(at('kept'), io);
    file.write('half of a new one');
    file.discard();
    expect(readFileSync(at('kept'), 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(before);
  });

  test('keeps the permissions of the older one', () => {
    writeFileSync(at('private'), 'old', { mode: 0o600 });
    expect(writeOutput(at('private'), 'new', io)).toBeNull();
    expect(statSync(at('private')).mode & 0o777).toBe(0o600);
  });

  test('is written to the target of a link, which may not exist yet', () => {
    symlinkSync(at('end'), at('link'));
    for (const text of ['first', 'second']) {
      expect(writeOutput(at('link'), text, io)).toBeNull();
      expect(lstatSync(at('link')).isSymbolicLink()).toBe(true);
      expect(readFileSync(at('end'), 'utf8')).toBe(text);
    }
  });

  test('is a problem if it cannot be written', () => {
    expect(() => new OutputFile(at('nowhere/file'), io)).toThrow(UnwritableOutput);
    // It named the unfinished file, which nobody has asked for.
    const message = 'it cannot be written: ENOENT: no such file or directory';
    expect(writeOutput(at('nowhere/file'), '', io, '--record x')).toMatchObject({ path: '--record x', message });
  });

  test.each([
    ['plan', 'examples/fleets/tuesday.json', '--out'],
    ['visualize', '--out'],
    ['diagram', '--out'],
    ['paths', '--coverage-json'],
    ['conform', '--exec', 'false', '--junit'],
    ['conform', '--adequacy', '--json'],
    ['rehearse', '--hosts', '1', '--stream'],
    ['durations', 'no-such-log', '--out'],
  ])('is refused before any work if it is a directory or in none: %s did the work first', async (...args) => {
    const refused = await Promise.all([folder, at('nowhere/file')].map((place) => runCli([...args, place])));
    expect(refused.map(({ status }) => status)).toEqual([1, 1]);
    expect(refused[0]?.stderr).toContain('This is a directory.');
    expect(refused[1]?.stderr).toContain('Its directory does not exist.');
  });

  test.skipIf(process.getuid?.() === 0)('is refused before any work if its directory is read-only', async () => {
    mkdirSync(at('read-only'), { mode: 0o500 });
    const { status, stderr } = await runCli(['diagram', '--out', at('read-only/chart.svg')]);
    expect([status, stderr]).toEqual([1, expect.stringContaining('It cannot be written.')]);
  });

  test.each([
    ['rehearse', '--hosts', '1', '--keep'],
    ['paths', '--format', 'mermaid', '--out-dir'],
  ])('is refused as a directory: %s failed with a stack trace, or after the work', async (...args) => {
    writeFileSync(at('file'), '');
    const { status, stdout, stderr } = await runCli([...args, at('file')]);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('This is not a directory.');
  });

  test('has standard output to itself: a stream was mixed into the report', async () => {
    const { status, stdout, stderr } = await runCli(['rehearse', '--hosts', '1', '--stream', '-', '--events', '-']);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('Standard output can hold only one report.');
  });

  test.runIf(existsSync('/dev/full'))('is a problem on a full device', () => {
    expect(writeOutput('/dev/full', 'text', io)?.message).toMatch(/^it cannot be written: ENOSPC/);
  });
});

describe('an input file is not overwritten', () => {
  const scenario = at('self.yaml');
  const ofFile = at('of-file.yaml');
  const fleet = at('fleet.json');
  const other = at('other');
  const fixtures = at('fixtures.json');
  writeFileSync(scenario, 'fleet: { hosts: 20, waves: 2 }\n');
  writeFileSync(ofFile, 'fleet: { file: fleet.json }\n');
  copyFileSync('examples/fleets/harbor.json', fleet);
  symlinkSync(scenario, other);
  writeFileSync(fixtures, JSON.stringify({ format: 'nixfleet-host-paths', version: 1, paths: [] }));

  test.each<[file: string, named: string, args: readonly string[]]>([
    [scenario, `--events ${scenario}`, ['simulate', scenario, '--events', scenario]],
    [scenario, `--record ${other}`, ['simulate', scenario, '--record', other]],
    [fleet, `--events ${fleet}`, ['simulate', fleet, '--new-closures', '--events', fleet]],
    [fleet, `--record ${fleet}`, ['simulate', ofFile, '--record', fleet]],
    [scenario, `--out ${scenario}`, ['visualize', scenario, '--out', scenario]],
    [fixtures, `--overlay ${fixtures}`, ['conform', '--exec', 'true', '--fixtures', fixtures, '--overlay', fixtures]],
    [fixtures, `--out ${fixtures}`, ['paths', '--start', fixtures, '--out', fixtures]],
  ])('%s by %s: it was, without a word', async (file, named, args) => {
    const before = readFileSync(file, 'utf8');
    const { status, stdout, stderr } = await runCli(args);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`  ${named}\n    This input file would be overwritten.\n`);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  test('but input and output may both be pipes', async () => {
    const stdin = 'fleet: { channels: { c: { hosts: 1 } } }\n';
    const { status, stdout } = await runCli(['simulate', '-', '--events', '-'], { stdin });
    expect(status).toBe(0);
    expect(stdout).toContain('ReleasePublished');
  });
});
