import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runCli, type Ended } from '../support/run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'paths-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: readonly string[]): Promise<Ended> => runCli(args);

describe('nixfleet-statechart paths exits with', () => {
  const small = ['-c', 'allStates', '--side', 'agent', '--policy', 'halt'];

  test('0 and only the coverage on standard output if requested there', async () => {
    const { status, stdout, stderr } = await run('paths', ...small, '--coverage-json', '-');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toHaveProperty('dimensions');
  });

  test('0, and no line over 80 columns', async () => {
    const { stdout } = await run('paths', '-c', 'guardOutcomes');
    expect(stdout).toContain('guardOutcomes (control-plane, rollback-and-halt): 136 paths, 1906 events\n');
    expect(stdout).not.toMatch(/^.{81}/m);
  });

  test('1 for two outputs on standard output', async () => {
    const { status, stdout, stderr } = await run('paths', ...small, '--format', 'json', '--coverage-json', '-');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('--out -, --coverage-json -');
  });

  test.each(['--coverage-json', '--overlay'])('0 and only the JSON of %s -', async (option) => {
    const out = join(folder, `summary${option}.txt`);
    const { status, stdout, stderr } = await run('paths', ...small, '--out', out, option, '-');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual(expect.any(Object));
    expect(readFileSync(out, 'utf8')).toContain('allStates');
  });

  test('1 for one file and a file per path', async () => {
    const both = ['--out', join(folder, 'all.json'), '--out-dir', join(folder, 'each')];
    const { status, stdout, stderr } = await run('paths', ...small, '--format', 'json', ...both);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('--out, --out-dir\n    These cannot be combined.');
    expect(readdirSync(folder)).not.toContain('each');
  });

  test('1 for unknown values', async () => {
    const { status, stderr } = await run('paths', '-c', 'random(allStates(0))', '--format', 'pdf', '--start', 'Soakin');
    expect(stderr).toContain('--criterion random(allStates(0))');
    expect(stderr).toContain('--format pdf');
    expect(stderr).toContain('--start Soakin');
    expect(status).toBe(1);
  });

  test.each([
    ['--seed', '7', ['-c', 'allStates']],
    ['--seed', '7', []],
    ['--max-paths', '3', ['-c', 'random(allStates(50))']],
    ['--max-length', '3', ['-c', 'simplePaths']],
  ])('1 for %s where it would change nothing', async (option, value, criteria) => {
    const { status, stdout, stderr } = await run('paths', ...criteria, option, value);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`${option} ${value}`);
    expect(stderr).toContain('No chosen criterion uses it.');
  });

  test('0 if one of several criteria uses an option', async () => {
    const both = ['-c', 'allStates', '-c', 'simplePaths', '--side', 'agent', '--policy', 'halt'];
    const { status, stderr } = await run('paths', ...both, '--max-length', '9', '--max-paths', '1000');
    expect([status, stderr]).toEqual([0, '']);
  });

  test('0, with several Mermaid diagrams in Markdown', async () => {
    const { status, stdout } = await run('paths', '-c', 'allStates', '--side', 'agent', '--format', 'mermaid');
    const diagrams = stdout.match(/^```mermaid\nsequenceDiagram\n[^`]+\n```$/gm) ?? [];
    expect(diagrams.length).toBeGreaterThan(1);
    expect(stdout.match(/sequenceDiagram/g)).toHaveLength(diagrams.length);
    expect(status).toBe(0);
  });

  test('4 if something is unreachable from the start', async () => {
    const { status, stderr } = await run('paths', '-c', 'validTransitions', '--side', 'agent', '--start', 'Soaking');
    expect(stderr).toMatch(/validTransitions \(agent, halt\): nothing leads to Pending\.LocalActivate from this start/);
    expect(status).toBe(4);
  });

  test('4 if coverage is below --min', async () => {
    const { status, stderr } = await run('paths', '-c', 'allStates', '--min', 'transitionPairs=90');
    expect(stderr).toMatch(/Coverage of transitionPairs is \d+ %/);
    expect(status).toBe(4);
  });
});
