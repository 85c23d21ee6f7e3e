import { describe, expect } from 'vitest';
import { recordRun } from '../../src/visualize/run-file/record-run.ts';
import { demoScenario } from '../../src/visualize/web/fleet/demo-scenario.ts';
import { drop, test } from './support/browser-page.ts';

const file = recordRun(
  demoScenario({ hosts: 50, waves: 3, seed: 4, onHealthFailure: 'rollback-and-halt', trouble: 'a few bad hosts' }),
);
const [first, second] = file.rollouts.flatMap(({ waves }) => waves.flatMap(({ hosts }) => hosts));

describe('with only the keyboard', () => {
  test('one key finds a host, a wave, a state and a view, and the focus returns', async ({ page }) => {
    await drop(page, { 'run.json': JSON.stringify(file) });
    await page.getByTestId('run-outcome').waitFor();
    const grid = page.getByRole('listbox', { name: /hosts by wave/ });
    await grid.focus();
    await page.keyboard.press('/');
    const box = page.getByRole('combobox', { name: /^Find/ });
    await expect.poll(() => box.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.type(first ?? '');
    await page
      .getByRole('option', { name: first ?? '' })
      .first()
      .waitFor();
    await page.keyboard.press('Enter');
    await page
      .getByTestId('host-detail')
      .getByRole('heading', { name: first ?? '' })
      .waitFor();
    expect(await box.count()).toBe(0);
    expect(await grid.evaluate((element) => element === document.activeElement)).toBe(true);

    await page.keyboard.press('Control+k');
    await page.keyboard.type('converged');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByTestId('filter').textContent()).toMatch(/^Only Converged: \d+ of 50 hosts/);
    await page.keyboard.press('Control+k');
    await page.keyboard.type(second ?? '');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('table');
    await page.keyboard.press('Enter');
    await page.getByRole('table').first().waitFor();
  });

  test('arrows select, Escape closes, and a lack of results is stated', async ({ page }) => {
    await page.keyboard.press('Control+k');
    const selected = page.getByRole('dialog').getByRole('option', { selected: true });
    expect(await selected.textContent()).toContain('Chart');
    await page.keyboard.press('ArrowDown');
    expect(await selected.textContent()).toContain('Table');
    await page.keyboard.type('no such thing anywhere');
    await page.getByText('No results for').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('combobox', { name: /^Find/ }).count()).toBe(0);
  });

  test('plays what simulation found', async ({ open }) => {
    const page = await open();
    await page.keyboard.press('/');
    await page.keyboard.type('soak simulation');
    await page
      .getByRole('option', { name: /what simulation found/ })
      .first()
      .waitFor();
    await page.keyboard.press('Enter');
    await page.getByTestId('run-outcome').waitFor();
  });
});
