import { readFileSync } from 'node:fs';
import type { Page } from 'playwright';
import { describe, expect } from 'vitest';
import { recordRun } from '../../src/visualize/run-file/record-run.ts';
import { demoScenario } from '../../src/visualize/web/fleet/demo-scenario.ts';
import { drop, test } from './support/browser-page.ts';

const file = recordRun(
  demoScenario({ hosts: 50, waves: 3, seed: 4, onHealthFailure: 'rollback-and-halt', trouble: 'none' }),
);

async function saved(page: Page, name: string): Promise<Buffer> {
  await page.locator('summary', { hasText: 'Export' }).click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()]);
  return readFileSync(await download.path());
}

describe('an export', () => {
  test('has what is shown: matching hosts as CSV, the moment as a picture', async ({ page }) => {
    await drop(page, { 'run.json': JSON.stringify(file) });
    await page.getByTestId('time').fill('300000');
    const everybody = (await saved(page, 'Hosts as CSV')).toString();
    expect(everybody.trimEnd().split('\r\n')).toHaveLength(51);
    await page.keyboard.press('/');
    await page.keyboard.type('soaking');
    await page.keyboard.press('Enter');
    const soaking = Number(await page.locator('[data-state=Soaking]').first().getAttribute('data-count'));
    await page.getByTestId('filter').waitFor();
    expect((await saved(page, 'Hosts as CSV')).toString().trimEnd().split('\r\n')).toHaveLength(1 + soaking);
    expect((await saved(page, 'Poster, SVG')).toString()).toMatch(/^<svg [^>]*width="1920"[\s\S]*5:00/);
    const png = await saved(page, 'Poster, PNG');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1920, 1080]);
  });

  test('of the film is recorded during playback, and can be cancelled', async ({ page }) => {
    await drop(page, { 'run.json': JSON.stringify(file) });
    await page.locator('summary', { hasText: 'Export' }).click();
    await page.getByRole('button', { name: 'Film as video, 30 s' }).click();
    await page.getByText(/Recording: [1-9]\d* %/).waitFor();
    await page.getByRole('button', { name: 'Cancel the recording' }).click();
    await expect.poll(() => page.getByText(/Recording: /).count()).toBe(0);
  });
});

test('the wall repeats only the film until Escape', async ({ page }) => {
  await drop(page, { 'run.json': JSON.stringify(file) });
  await page.getByTestId('time').waitFor();
  await page.clock.install({ time: 0 });
  await page.clock.pauseAt(1_000);
  await page.keyboard.press('Shift+F');
  const wall = page.locator('.run-pane.is-wall');
  await wall.waitFor();
  expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
  expect(await page.locator('.run-head').isVisible()).toBe(false);
  // It restarts by itself.
  await page.clock.fastForward(5_000);
  await page.clock.runFor(50);
  await expect.poll(async () => Number(await page.getByTestId('time').inputValue())).toBeLessThan(file.endedRunMs / 2);
  await page.clock.resume();
  await page.keyboard.press('Escape');
  await expect.poll(() => wall.count()).toBe(0);
});
