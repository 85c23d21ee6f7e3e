import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { chosenBrowser, installedBrowser, isExecutable } from '../../src/cli/installed-browser.ts';

const folder = mkdtempSync(join(tmpdir(), 'browsers-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a browser is found on the PATH if it can be run, the best known name first', () => {
  const [good, other, unusable] = ['chromium-browser', 'google-chrome', 'chromium'].map((name) => join(folder, name));
  if (good === undefined || other === undefined || unusable === undefined) throw new Error('Three were made.');
  for (const path of [good, other]) writeFileSync(path, '', { mode: 0o755 });
  writeFileSync(unusable, '', { mode: 0o644 });
  expect([good, unusable].map(isExecutable)).toEqual([true, false]);
  expect(installedBrowser({ PATH: ['', join(folder, 'none'), folder].join(delimiter) })).toBe(good);
});

test('a browser is chosen by a name that is not empty', () => {
  expect(chosenBrowser({})).toBeNull();
  expect(chosenBrowser({ CHROMIUM_PATH: '' })).toBeNull();
  expect(chosenBrowser({ CHROMIUM_PATH: 'some' })).toBe('some');
});
