import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'simulate-once-'));
afterAll(() => rmSync(folder, { recursive: true }));

const FLEET = ['--hosts', '20', '--waves', '2'];

function simulate(...args: readonly string[]): readonly [status: number | null, stdout: string, stderr: string] {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['dist/cli/main.js', 'simulate', ...FLEET, ...args],
    // More than an event log of these hosts.
    { encoding: 'utf8', maxBuffer: 1 << 26 },
  );
  return [status, stdout, stderr];
}

function inShell(command: string): readonly [stdout: string, stderr: string] {
  const script = command.replace('simulate', `'${process.execPath}' dist/cli/main.js simulate ${FLEET.join(' ')}`);
  const { stdout, stderr } = spawnSync('sh', ['-c', script], { encoding: 'utf8', maxBuffer: 1 << 26 });
  return [stdout, stderr];
}

describe('--events -', () => {
  test('waits for a reader that is slower than the run: 64 KiB and an error were all that came through', () => {
    const file = join(folder, 'whole.jsonl');
    expect(simulate('--events', file)[0]).toBe(0);
    const whole = readFileSync(file, 'utf8');
    expect(whole.length).toBeGreaterThan(100_000);
    const [stdout, stderr] = inShell('simulate --events - | dd bs=1 status=none');
    expect(stderr).toBe('');
    // Compared as a truth: a difference of so much text would take longer to tell than the test to run.
    expect(stdout === whole).toBe(true);
  });

  test('does not mind a reader that has seen enough', () => {
    const [stdout, stderr] = inShell('simulate --events - | head -n 1');
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ format: 'nixfleet-statechart-events', version: 2 });
  });

  test('names the file that takes no more', () => {
    const [status, , stderr] = simulate('--events', '/dev/full');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^ {2}--events \/dev\/full\n {4}The event log cannot be written: ENOSPC/m);
  });
});

describe('one place is for one thing', () => {
  const same = join(folder, 'same');
  const other = join(folder, 'other');
  writeFileSync(same, '');
  symlinkSync(same, other);

  test.each([
    [['--json', '--events', '-'], '--json, --events -'],
    [['--json', '--record', '-'], '--json, --record -'],
    [['--events', '-', '--record', '-'], '--events -, --record -'],
    [['--events', same, '--record', same], `--events ${same}, --record ${same}`],
    [['--events', same, '--record', other], `--events ${same}, --record ${other}`],
    [
      ['--events', join(folder, 'new'), '--record', join(folder, 'x', '..', 'new')],
      `--events ${join(folder, 'new')}, --record ${join(folder, 'x', '..', 'new')}`,
    ],
  ])('%j is refused', (args, told) => {
    const [status, stdout, stderr] = simulate(...args);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`  ${told}\n`);
    expect(stderr).toContain('has room for one report');
  });

  test('and what is no file has room for all', () => {
    const [status, , stderr] = simulate('--events', '/dev/null', '--record', '/dev/null');
    expect([status, stderr]).toEqual([0, '']);
  });

  test('so the page for people makes way for a run file', () => {
    const [status, stdout] = simulate('--record', '-');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ format: 'nixfleet-statechart-run' });
  });
});
