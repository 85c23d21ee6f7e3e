import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { EXIT_CODES } from '../../src/cli/exit-codes.ts';
import { runCli } from '../support/run-cli.ts';

const COMMANDS = [
  'agent',
  'conform',
  'control-plane',
  'diagram',
  'durations',
  'paths',
  'peer',
  'plan',
  'rehearse',
  'replay',
  'simulate',
  'status',
  'trace',
  'visualize',
];

describe('nixfleet-statechart', () => {
  test('prints its version', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string };
    expect(await runCli(['--version'])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  test('prints help where no page can be shown', async () => {
    const bare = await runCli([]);
    expect([bare.status, bare.stderr]).toEqual([0, '']);
    expect(bare.stdout).toBe((await runCli(['--help'])).stdout);
    for (const command of COMMANDS) expect(bare.stdout).toContain(`  ${command} `);
    expect(bare.stdout).toContain('Examples:');
  });

  test.each(COMMANDS)('%s --help has examples and exit codes, and no empty defaults', async (command) => {
    const { status, stdout, stderr } = await runCli([command, '--help']);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/Examples?:\n/);
    expect(stdout).toMatch(/Exit codes:\n {2}0 /);
    expect(stdout).not.toContain('default: []');
    const narrow = (await runCli([command, '--help'], { columns: 80 })).stdout.split('\n');
    expect(narrow.filter((line) => line.length > 80 && !line.startsWith('  $ '))).toEqual([]);
    expect((await runCli(['help', command])).stdout).toBe(stdout);
  });

  test.each([[['help', 'nothing']], [['nothing']], [['--nothing']], [['simulate', '--nothing']]])(
    '%j is refused in a few lines',
    async (args) => {
      const { status, stdout, stderr } = await runCli(args);
      expect([status, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(/^error: unknown (command|option) '-?-?nothing'\n/);
      expect(stderr.split('\n').length).toBeLessThan(6);
    },
  );

  test('suggests the nearest command', async () => {
    expect((await runCli(['simulat'])).stderr).toContain('(Did you mean simulate?)');
    expect((await runCli(['simulate', '--sede', '5'])).stderr).toContain('(Did you mean --seed?)');
  });

  test.each([[['\u001b[2Jx']], [['help', '\u001b[2Jx']], [['--\u001b[2Jx']], [['diagram', '--chart', '\u001b[2Jx']]])(
    '%j does not move the cursor of the reader',
    async (args) => {
      const { status, stderr } = await runCli(args);
      expect(status).toBe(1);
      expect(stderr).toContain(String.raw`\u001b[2Jx`);
      expect(stderr).not.toContain('\u001b');
    },
  );
});

test('README lists the same exit codes of `simulate` as its help', () => {
  const readme = readFileSync('README.md', 'utf8');
  const rows = [...readme.matchAll(/^\| (\d+) +\| (.*?) +\|$/gm)].map(([, code, meaning]) => [Number(code), meaning]);
  expect(rows).toEqual(EXIT_CODES.simulate);
});
