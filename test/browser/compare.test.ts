import { describe, expect } from 'vitest';
import { compareRuns } from '../../src/visualize/compare/compare-runs.ts';
import { divergenceWords, nameOfPair } from '../../src/visualize/compare/divergence-words.ts';
import { filmOfRun } from '../../src/visualize/film/film-of-run.ts';
import { recordRun } from '../../src/visualize/run-file/record-run.ts';
import type { Trouble } from '../../src/visualize/play/run-place.ts';
import { demoScenario } from '../../src/visualize/web/fleet/demo-scenario.ts';
import { shownRun } from '../support/shown-run.ts';
import { drop, goTo, test } from './support/browser-page.ts';
import { violations } from './support/violations.ts';

const fileOf = (trouble: Trouble) =>
  recordRun(demoScenario({ hosts: 50, waves: 3, seed: 9, onHealthFailure: 'rollback-and-halt', trouble }));
const [fileA, fileB] = [fileOf('a few bad hosts'), fileOf('none')];
const sideOf = (file: typeof fileA) => {
  const history = shownRun(file);
  return { history, film: filmOfRun(history) };
};
const [a, b] = [sideOf(fileA), sideOf(fileB)];
const comparison = compareRuns(a, b);

describe('two runs', () => {
  test('are compared on one clock, with the first divergence as headline, and one click goes there', async ({
    page,
  }) => {
    await drop(page, { 'a.json': JSON.stringify(fileA), 'b.json': JSON.stringify(fileB) });
    const headline = page.getByTestId('divergence');
    await headline.waitFor();
    expect(await headline.textContent()).toBe(divergenceWords(comparison, a, b));
    expect(await page.getByTestId('time').count()).toBe(1);
    const [first] = comparison.divergences;
    await page.getByRole('button', { name: 'Go there' }).click();
    expect(Number(await page.getByTestId('time').inputValue())).toBe(first?.runMs);
    const detail = page.getByTestId('pair-detail');
    expect(await detail.textContent()).toContain(nameOfPair(comparison, first?.pair ?? -1, a, b));
    expect(await detail.textContent()).toMatch(/A: .*Failed.*B: /);
    const rows = page.getByTestId('divergences').getByRole('listitem');
    await expect.poll(() => rows.first().getAttribute('aria-setsize')).toBe(String(comparison.divergences.length));
    // One legend for both, with the numbers of A and B where they differ.
    const failed = page.getByTestId('counts').locator('[data-state=Failed]');
    expect(await failed.textContent()).toMatch(/Failed A 1 B 0/);
    expect(await violations(page, 'light', '.compare')).toEqual([]);
    await page.keyboard.press('d');
    expect(await page.getByRole('checkbox', { name: /Differences only/ }).isChecked()).toBe(true);
  });

  test('can be swapped, and each shown alone at the same moment', async ({ page }) => {
    await drop(page, { 'a.json': JSON.stringify(fileA), 'b.json': JSON.stringify(fileB) });
    await page.getByTestId('divergence').waitFor();
    await page.getByTestId('time').fill('300000');
    await page.getByRole('button', { name: 'Swap A and B' }).click();
    const swapped = compareRuns(b, a);
    await expect.poll(() => page.getByTestId('divergence').textContent()).toBe(divergenceWords(swapped, b, a));
    await page.getByRole('radio', { name: 'Only B' }).check();
    await page.getByRole('heading', { level: 2, name: fileA.title, exact: true }).waitFor();
    expect(await page.getByTestId('divergence').count()).toBe(0);
    expect(await page.getByTestId('time').inputValue()).toBe('300000');
  });
});

test('a third run asks which one it replaces, also by keyboard, and Cancel leaves both', async ({ page }) => {
  const titled = (title: string) => JSON.stringify({ ...fileA, title });
  const titles = () => page.locator('.run-head h2').allTextContents();
  await drop(page, { 'one.json': titled('One'), 'two.json': titled('Two') });
  await expect.poll(titles).toEqual(['One', 'Two']);
  const dialog = page.getByRole('dialog', { name: 'The page shows two runs. Which one does “Three” replace?' });
  for (const cancel of [() => page.keyboard.press('Escape'), () => dialog.getByText('Cancel').click()]) {
    await drop(page, { 'three.json': titled('Three') });
    await dialog.waitFor();
    expect(await violations(page, 'light', '.replace')).toEqual([]);
    await cancel();
    await dialog.waitFor({ state: 'detached' });
    expect(await titles()).toEqual(['One', 'Two']);
  }
  await drop(page, { 'three.json': titled('Three') });
  await dialog.waitFor();
  // It does not react to keys meant for the page.
  for (const key of ['Enter', ' ']) await page.keyboard.press(key);
  expect(await titles()).toEqual(['One', 'Two']);
  for (const key of ['Tab', 'Tab', 'Enter']) await page.keyboard.press(key);
  await expect.poll(titles).toEqual(['One', 'Three']);
  expect(await dialog.count()).toBe(0);
});

test('a run, or the example, is compared with itself under the other policy by keyboard, and a reload keeps both', async ({
  open,
}) => {
  const page = await open();
  await goTo(page, 'Rollouts');
  await page.getByTestId('run-outcome').waitFor();
  const example = await page.locator('.run-head h2').textContent();
  await page.locator('summary', { hasText: 'Compare' }).focus();
  await page.keyboard.press('Enter');
  expect(await violations(page, 'light', '.run-head')).toEqual([]);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const headline = page.getByTestId('divergence');
  await headline.waitFor();
  const titles = await page.locator('.run-head h2').allTextContents();
  expect(titles).toEqual([example, `${example}, the other policy`]);
  const words = (await headline.textContent()) ?? '-';
  expect(await page.title()).toContain(words);
  await expect.poll(() => page.url()).toMatch(/k[0-9a-f]{12}.*\/k[0-9a-f]{12}/);
  await page.reload();
  await headline.waitFor();
  expect(await headline.textContent()).toBe(words);
});

test('a run without a scenario can only be compared with a file', async ({ page }) => {
  await drop(page, { 'run.json': JSON.stringify({ ...fileA, scenario: '' }) });
  await page.getByTestId('run-outcome').waitFor();
  await page.locator('summary', { hasText: 'Compare' }).click();
  await page.getByText('cannot be run again with a change').waitFor();
  await page.getByLabel('with another file…').setInputFiles({
    name: 'b.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify(fileB)),
  });
  await page.getByTestId('divergence').waitFor();
});
