import type { Page } from 'playwright';
import { expect } from 'vitest';
import { filmOfRun } from '../../src/visualize/film/film-of-run.ts';
import { recordRun } from '../../src/visualize/run-file/record-run.ts';
import { demoScenario } from '../../src/visualize/web/fleet/demo-scenario.ts';
import { shownRun } from '../support/shown-run.ts';
import { drop, test } from './support/browser-page.ts';
import { violations } from './support/violations.ts';

const file = recordRun(demoScenario({ hosts: 120, waves: 3, seed: 4, onHealthFailure: 'halt', trouble: 'none' }));
const { lanes } = filmOfRun(shownRun(file));

const grid = (page: Page) => page.getByRole('listbox', { name: /hosts by wave/ });
const chosenName = async (page: Page) =>
  (await grid(page).getByRole('option').getAttribute('aria-label'))?.split(':')[0];

test('the hosts of one wave are shown alone, by key and by double-click, and the selection leads to the next wave', async ({
  page,
}) => {
  await drop(page, { 'run.json': JSON.stringify(file) });
  await page.getByTestId('run-outcome').waitFor();
  const zoomed = page.getByTestId('zoomed');
  await grid(page).focus();
  await page.keyboard.press('ArrowRight');
  const before = (await grid(page).getByRole('option').boundingBox())?.width ?? 0;
  await page.keyboard.press('z');
  expect(await zoomed.textContent()).toContain(lanes[0]?.name);
  expect((await grid(page).getByRole('option').boundingBox())?.width).toBeGreaterThan(before);
  expect(await violations(page, 'light', '.film')).toEqual([]);
  await grid(page).focus();
  await page.keyboard.press('PageDown');
  await expect.poll(() => zoomed.textContent()).toContain(lanes[1]?.name);
  const name = await chosenName(page);
  const cell = await grid(page).getByRole('option').boundingBox();
  if (cell === null) throw new Error('The cell is not in sight.');
  await page.keyboard.press('ArrowDown');
  expect(await chosenName(page)).not.toBe(name);
  await page.mouse.click(cell.x + 3, cell.y + 3);
  expect(await chosenName(page)).toBe(name);
  await page.getByRole('button', { name: 'All waves' }).click();
  expect(await zoomed.count()).toBe(0);
  const corner = await grid(page).getByRole('option').boundingBox();
  await page.mouse.dblclick((corner?.x ?? 0) + 3, (corner?.y ?? 0) + 3);
  expect(await zoomed.textContent()).toContain(lanes[1]?.name);
  await grid(page).focus();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  expect(await zoomed.count()).toBe(0);
});
