import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';

import { findBrowser } from '../../scripts/find-browser.mjs';

test('a chosen browser takes precedence', () => {
  expect(findBrowser({ env: { CHROMIUM_PATH: process.execPath, PATH: '' } })).toBe(process.execPath);
});

test('a chosen browser that cannot be run is an error, without a substitute', () => {
  const choose = () => findBrowser({ env: { CHROMIUM_PATH: '/nowhere/chromium', PATH: process.env['PATH'] } });
  expect(choose).toThrow(/CHROMIUM_PATH is "\/nowhere\/chromium", which cannot be run/);
});

test('a browser on the PATH is found if it can be run, the best known name first', () => {
  const folder = mkdtempSync(join(tmpdir(), 'browsers-'));
  try {
    for (const name of ['chromium-browser', 'google-chrome']) writeFileSync(join(folder, name), '', { mode: 0o755 });
    writeFileSync(join(folder, 'chromium'), '', { mode: 0o644 });
    const env = { CHROMIUM_PATH: '', PATH: ['', join(folder, 'none'), folder].join(delimiter) };
    expect(findBrowser({ env })).toBe(join(folder, 'chromium-browser'));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
