import { describe, expect } from 'vitest';
import { recordRun } from '../../src/visualize/run-file/record-run.ts';
import { demoScenario } from '../../src/visualize/web/fleet/demo-scenario.ts';
import { drop, openRunMenu, test } from './support/browser-page.ts';

const file = recordRun(
  demoScenario({ hosts: 50, waves: 3, seed: 4, onHealthFailure: 'rollback-and-halt', trouble: 'a few bad hosts' }),
);

describe('a reload', () => {
  test('keeps a run from a file, the moment and the host', async ({ open }) => {
    const page = await open();
    await drop(page, { 'run.json': JSON.stringify(file) });
    await page.getByTestId('time').fill('300000');
    await page.getByRole('listbox', { name: /hosts by wave/ }).focus();
    for (const _ of [1, 2, 3]) await page.keyboard.press('ArrowRight');
    const name = await page.getByTestId('host-detail').getByRole('heading').textContent();
    await expect.poll(() => page.url()).toMatch(/#v2\/fleet\/k[0-9a-f]{12}\/300000\/2$/);
    await page.reload();
    await page.getByTestId('run-outcome').waitFor();
    expect(await page.getByTestId('time').inputValue()).toBe('300000');
    expect(await page.getByTestId('host-detail').getByRole('heading').textContent()).toBe(name);
  });

  test('shows kept runs, and forgets them on request', async ({ open }) => {
    const page = await open();
    await drop(page, { 'run.json': JSON.stringify(file) });
    await page.getByTestId('run-outcome').waitFor();
    await openRunMenu(page);
    const kept = page.getByRole('region', { name: 'Kept in this browser' });
    await kept.getByRole('button', { name: file.title, exact: true }).waitFor();
    await kept.getByRole('button', { name: `Forget ${file.title}` }).click();
    await expect.poll(() => kept.count()).toBe(0);
  });
});

describe('a host of a run on the chart', () => {
  test('shares one clock with the film: a step moves it, and it moves the chart', async ({ page }) => {
    await drop(page, { 'run.json': JSON.stringify(file) });
    await page.getByRole('listbox', { name: /hosts by wave/ }).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    const clock = page.getByTestId('strip-time');
    const timeOf = async () => Number(await clock.inputValue());
    await clock.waitFor();
    const end = await timeOf();
    await page.keyboard.press('u');
    await expect.poll(timeOf).toBeLessThan(end);
    await clock.fill('0');
    expect(await page.getByTestId('present-state').textContent()).toContain('Pending');
    await page.getByRole('button', { name: '‹ Film' }).click();
    expect(await page.getByTestId('time').inputValue()).toBe('0');
  });
});
