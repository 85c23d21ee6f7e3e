import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { fileChange } from '../../src/cli/file-change.ts';

const folder = mkdtempSync(join(tmpdir(), 'change-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'adapter.py');
writeFileSync(file, 'print(1)\n');

test('a rewritten file has changed', async () => {
  const change = fileChange(file, new AbortController().signal);
  utimesSync(file, 1, 1);
  expect(await change).toBe(true);
});

test('an ended wait reports no change', async () => {
  const stop = new AbortController();
  const change = fileChange(file, stop.signal);
  stop.abort();
  expect(await change).toBe(false);
  expect(await fileChange(file, stop.signal)).toBe(false);
});
