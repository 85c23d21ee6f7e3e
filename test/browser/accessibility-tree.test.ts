import { describe, expect } from 'vitest';
import type { Page } from 'playwright';
import { recordRun } from '../../src/visualize/run-file/record-run.ts';
import { demoScenario } from '../../src/visualize/web/fleet/demo-scenario.ts';
import { drop, test } from './support/browser-page.ts';

const run = JSON.stringify(
  recordRun(
    demoScenario({ hosts: 12, waves: 2, seed: 9, onHealthFailure: 'rollback-and-halt', trouble: 'reboots needed' }),
  ),
);

/** What assistive technology receives. `npx vitest run --update` rewrites the files. */
async function expectTree(page: Page, view: string): Promise<void> {
  await expect(`${await page.locator('body').ariaSnapshot()}\n`).toMatchFileSnapshot(`accessibility-tree/${view}.txt`);
}

describe('the accessibility tree', () => {
  for (const view of ['Chart', 'Table', 'Paths']) {
    test(`of ${view} is the known one`, async ({ page }) => {
      await page.getByRole('button', { name: view, exact: true }).click();
      await expectTree(page, view.toLowerCase());
    });
  }

  test('of a refused event is the known one', async ({ page }) => {
    await page.locator('[data-event="Soaking.LocalConvergedReached"]').press('Enter');
    await page.getByText('Refused').first().waitFor();
    await expectTree(page, 'refused-event');
  });

  test('of a run and of Find is the known one', async ({ page }) => {
    await drop(page, { 'run.json': run });
    await page.getByTestId('run-outcome').waitFor();
    await page.getByTestId('time').fill('1200000');
    await page.getByText('10 hosts wait for this.').waitFor();
    await page.getByRole('heading', { name: /^Stuck since 5:46/ }).waitFor();
    await expectTree(page, 'run');
    await page.keyboard.press('/');
    // Without a query, it lists every finding.
    await page.getByRole('combobox', { name: /^Find/ }).fill('api-0');
    await page.getByRole('option', { name: /api-01/ }).waitFor();
    await expectTree(page, 'find');
  });
});
