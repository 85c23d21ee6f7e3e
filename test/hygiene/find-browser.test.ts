import { expect, test } from 'vitest';

import { findBrowser } from '../../scripts/find-browser.mjs';

test('a chosen browser goes before every other', () => {
  expect(findBrowser({ env: { CHROMIUM_PATH: process.execPath, PATH: '' } })).toBe(process.execPath);
});

test('a chosen browser that cannot be run is an error, and nothing else is taken in its place', () => {
  const choose = () => findBrowser({ env: { CHROMIUM_PATH: '/nowhere/chromium', PATH: process.env['PATH'] } });
  expect(choose).toThrow(/CHROMIUM_PATH is "\/nowhere\/chromium", which cannot be run/);
});
