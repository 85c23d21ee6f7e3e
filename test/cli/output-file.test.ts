import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { checkOutput, writeOutput } from '../../src/cli/output-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'output-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('what is read is not written over', () => {
  const at = (name: string): string => join(folder, name);
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

  test.each<[file: string, told: string, args: readonly string[]]>([
    [scenario, `--events ${scenario}`, ['simulate', scenario, '--events', scenario]],
    [scenario, `--record ${other}`, ['simulate', scenario, '--record', other]],
    [fleet, `--events ${fleet}`, ['simulate', fleet, '--new-closures', '--events', fleet]],
    [fleet, `--record ${fleet}`, ['simulate', ofFile, '--record', fleet]],
    [scenario, `--out ${scenario}`, ['visualize', scenario, '--out', scenario]],
    [fixtures, `--overlay ${fixtures}`, ['conform', '--exec', 'true', '--fixtures', fixtures, '--overlay', fixtures]],
    [fixtures, `--out ${fixtures}`, ['paths', '--start', fixtures, '--out', fixtures]],
  ])('%s by %s: it was, without a word', (file, told, args) => {
    const before = readFileSync(file, 'utf8');
    const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/cli/main.js', ...args], { encoding: 'utf8' });
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`  ${told}\n    This file is read, and would be written over.\n`);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  test('though what comes in and what goes out may both be a pipe', () => {
    const { status, stdout } = spawnSync(process.execPath, ['dist/cli/main.js', 'simulate', '-', '--events', '-'], {
      encoding: 'utf8',
      input: 'fleet: { channels: { c: { hosts: 1 } } }\n',
    });
    expect(status).toBe(0);
    expect(stdout).toContain('ReleasePublished');
  });
});

describe('whether a file can be written', () => {
  test('is found out without leaving anything there', () => {
    const file = join(folder, 'not-yet');
    expect(checkOutput(file)).toBeNull();
    expect(existsSync(file)).toBe(false);
  });

  test('is found out without emptying what is there', () => {
    const file = join(folder, 'there');
    writeFileSync(file, 'kept');
    expect(checkOutput(file)).toBeNull();
    expect(readFileSync(file, 'utf8')).toBe('kept');
  });

  test('leaves a link that leads nowhere yet, so that the file comes to its end: it came to the place of the link', () => {
    const [link, end] = [join(folder, 'link'), join(folder, 'end')];
    symlinkSync(end, link);
    expect(checkOutput(link)).toBeNull();
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(existsSync(end)).toBe(false);
    expect(writeOutput(link, 'a run')).toBeNull();
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(end, 'utf8')).toBe('a run');
  });
});
