import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, expect, test } from 'vitest';
import { readFile, readInput } from '../../src/cli/input-file.ts';
import { runCli } from '../support/run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'input-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a file is read whole, whatever its characters', () => {
  const text = 'ホスト\n'.repeat(300_000);
  writeFileSync(join(folder, 'large'), text);
  const read = readFile(join(folder, 'large'));
  expect(read.ok && read.text === text).toBe(true);
});

test('an endless device is refused: it was read until memory was full', () => {
  expect(readFile('/dev/zero')).toEqual({
    ok: false,
    problem: {
      path: '/dev/zero',
      message: 'this is larger than 256 MiB',
      remedy: 'Give the right file.',
    },
  });
});

test('so is endless standard input', async () => {
  const endless = (function* () {
    const chunk = Buffer.alloc(1 << 24);
    for (;;) yield chunk;
  })();
  const io = { stdin: Readable.from(endless) } as unknown as Parameters<typeof readInput>[1]; // All that is read here.
  expect(await readInput('-', io)).toMatchObject({ ok: false, problem: { message: 'this is larger than 256 MiB' } });
});

test.each([
  ['nowhere.json', 'There is no such file.'],
  [folder, 'This is a directory.\n    Give the fleet.resolved.json, or a scenario, in it.'],
])('%s is refused with what to do', async (file, message) => {
  const { status, stdout, stderr } = await runCli(['simulate', file]);
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toContain(`  ${file}\n    ${message}`);
});

test('standard input is for one file: the second was called empty', async () => {
  const stdin = readFileSync('examples/fleets/monday.json', 'utf8');
  const alreadyRead = '  --from -\n    Standard input has already been read, for another file.\n';
  for (const command of ['plan', 'simulate']) {
    const { status, stderr } = await runCli([command, '-', '--from', '-'], { stdin });
    expect(status).toBe(1);
    expect(stderr).toContain(`1 problem.\n${alreadyRead}`);
  }
});
