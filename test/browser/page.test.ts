import type { Page } from 'playwright';
import { describe, expect } from 'vitest';
import { recordRun } from '../../src/visualize/run-file/record-run.ts';
import { demoScenario } from '../../src/visualize/web/fleet/demo-scenario.ts';
import { linkOfSession } from '../../src/visualize/play/link.ts';
import { wholeRun } from '../../src/visualize/play/run-place.ts';
import { newSession } from '../../src/visualize/play/session.ts';
import { choose, drop, goTo, openRunMenu, pageUrl, test, views } from './support/browser-page.ts';
import { readShown } from './support/shown.ts';
import { violations, type ColorScheme } from './support/violations.ts';

const run = JSON.stringify(
  recordRun(demoScenario({ hosts: 50, waves: 2, seed: 1, onHealthFailure: 'halt', trouble: 'a few bad hosts' })),
);

async function openRun(page: Page): Promise<void> {
  await drop(page, { 'run.json': run });
  await page.getByTestId('run-outcome').waitFor();
}

describe('the page', () => {
  for (const colorScheme of ['light', 'dark'] as const satisfies readonly ColorScheme[]) {
    test(`is accessible in every view, ${colorScheme}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      await page.locator('[data-event="Pending.LocalActivate"]').click();
      await page.locator('[data-event="Soaking.LocalConvergedReached"]').click();
      await page.locator('[data-event="Activating.LocalActivationFailed"]').click({ modifiers: ['Shift'] });
      expect(await violations(page, colorScheme)).toEqual([]);
      await goTo(page, 'Table');
      expect(await violations(page, colorScheme), 'Table').toEqual([]);
      await goTo(page, 'Paths');
      expect(await violations(page, colorScheme, 'body', '.chart-area'), 'Paths').toEqual([]);
      await openRun(page);
      expect(await violations(page, colorScheme), 'Fleet').toEqual([]);
      await page.getByRole('listbox').press('ArrowRight');
      await drop(page, { 'wrong.yaml': 'title: 3' });
      await page.getByRole('alert').waitFor();
      expect(await violations(page, colorScheme, '.scenario'), 'a mistake').toEqual([]);
      expect(await violations(page, colorScheme, '.run-body'), 'a chosen host').toEqual([]);
      await openRunMenu(page);
      expect(await violations(page, colorScheme, '.run-menu'), 'the form').toEqual([]);
      await page.getByRole('button', { name: 'Write a scenario' }).click();
      await page.emulateMedia({ colorScheme: null });
    });
  }

  test('shows the chosen theme, whatever the system prefers', async ({ page }) => {
    await page.emulateMedia({ colorScheme: 'dark' });
    const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const dark = await ground();
    const theme = page.getByRole('combobox', { name: 'Theme' });
    await theme.selectOption('light');
    expect(await ground()).not.toBe(dark);
    await theme.selectOption('dark');
    expect(await ground()).toBe(dark);
    await theme.selectOption('auto');
    await page.emulateMedia({ colorScheme: null });
  });

  test('can be played with only the keyboard', async ({ open }) => {
    const page = await open();
    const focused = () =>
      page.evaluate(
        () => document.activeElement?.getAttribute('data-event') ?? document.activeElement?.textContent ?? '',
      );
    const tabTo = async (wanted: string): Promise<void> => {
      for (let presses = 0; presses < 60; presses += 1) {
        if ((await focused()) === wanted) return;
        await page.keyboard.press('Tab');
      }
      throw new Error(`${wanted} cannot be reached with Tab.`);
    };
    await tabTo('Pending.LocalActivate');
    await page.keyboard.press('Enter');
    await tabTo('Activating.LocalActivationFailed');
    await page.keyboard.press('e');
    await tabTo('Send LocalActivationFailed');
    await page.keyboard.press('Enter');
    expect((await readShown(page)).state).toBe('Failed');
    await page.keyboard.press('u');
    expect((await readShown(page)).state).toBe('Activating');
    await page.keyboard.press('r');
    expect((await readShown(page)).state).toBe('Failed');
  });

  test('zooms and moves the chart by keys, and fits it again', async ({ page }) => {
    const place = () => page.locator('.chart > g').getAttribute('transform');
    await page.getByRole('button', { name: 'Fit' }).click();
    const fitted = await place();
    await page.locator('[data-event="Pending.LocalActivate"]').focus();
    for (const key of ['+', 'ArrowLeft', '-', 'ArrowDown']) {
      const before = await place();
      await page.keyboard.press(key);
      expect(await place(), key).not.toBe(before);
    }
    await page.keyboard.press('0');
    expect(await place()).toBe(fitted);
  });

  const unreadable = [
    ['text', 'hello', 'This is not a run file'],
    ['a foreign file', '{"name":"other"}', 'The page cannot open this file'],
    ['a run file cut off', run.slice(0, run.length / 2), 'This is not a run file'],
    ['a damaged run file', run.replace('"afterMs":[', '"afterMs":["x",'), 'The run file is damaged'],
    ['a newer run file', run.replace('"version":2', '"version":9'), 'version 9'],
    ['a newer fixture file', '{"format":"nixfleet-host-paths","version":7,"paths":[]}', 'version 7'],
  ] as const;

  test('says in a sentence what is wrong with a file', async ({ page }) => {
    await goTo(page, 'Rollouts');
    for (const [name, text, sentence] of unreadable) {
      await page
        .getByLabel('Open a file…')
        .setInputFiles({ name: 'run.json', mimeType: 'application/json', buffer: Buffer.from(text) });
      await expect.poll(() => page.getByRole('alert').textContent(), { message: name }).toContain(sentence);
    }
    await page
      .getByLabel('Open a file…')
      .setInputFiles({ name: 'run.json', mimeType: 'application/json', buffer: Buffer.from(run) });
    await page.getByTestId('run-outcome').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  test('says in a sentence what is wrong with a link', async ({ open, page }) => {
    const wrong = [
      ['#v9/chart/abc', 'newer version'],
      ['#v1/chart/%%%', 'not a link'],
      ['#v1/chart/e30', 'The link'],
      [`#${linkOfSession('fleet', newSession, [{ ...wholeRun, choice: null, kept: null, time: -1 }])}`, 'names runs'],
    ] as const;
    // A page opened with it, and one that navigates to it.
    const fresh = await open({ url: `${pageUrl}${wrong[0][0]}` });
    expect(await fresh.getByRole('alert').textContent()).toContain(wrong[0][1]);
    for (const [fragment, sentence] of wrong) {
      await page.evaluate((hash) => {
        location.hash = hash;
      }, fragment);
      await expect.poll(() => page.getByRole('alert').textContent()).toContain(sentence);
      expect((await readShown(page)).state).toBe('Pending');
    }
  });

  test('exports the chart in every format', async ({ page }) => {
    const names: string[] = [];
    for (const format of [
      'SVG picture',
      'PNG picture',
      'Mermaid',
      'PlantUML',
      'Graphviz DOT',
      'SCXML',
      'XState JSON',
    ]) {
      await page.locator('summary', { hasText: 'Export' }).click();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: format }).click(),
      ]);
      names.push(download.suggestedFilename());
    }
    expect(names).toEqual(
      ['svg', 'png', 'mmd', 'puml', 'dot', 'scxml', 'json'].map((extension) => `host-agent.${extension}`),
    );
  });

  test('lists all 168 pairs of state and event in words, accepted and refused', async ({ page }) => {
    await choose(page, 'Side', 'Both');
    await goTo(page, 'Table');
    expect(await page.locator('.cells td').count()).toBe(168);
    expect(await page.locator('.cells td.is-legal').count()).toBe(28);
    expect(
      await page
        .locator('.cells td')
        .filter({ hasText: /^refused$/ })
        .count(),
    ).toBe(140);
    const cell = page.locator('.cells tr').filter({ hasText: 'LocalActivationFailed' }).locator('td').nth(1);
    expect(await cell.textContent()).toMatch(/if policyRollsBack: → Failed.*LocalFireRollbackTo.*otherwise: → Failed/);
  });

  test('is printed with the chart and its panel, without controls', async ({ page }) => {
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.chart .state').first().isVisible()).toBe(true);
    expect(await page.getByTestId('record').isVisible()).toBe(true);
    for (const hidden of ['.toolbar', 'nav', '.zoom-buttons', '.sender'])
      expect(await page.locator(hidden).isVisible(), hidden).toBe(false);
    // Light on paper, whatever the theme.
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    const colours = await page
      .locator('.chart .title')
      .first()
      .evaluate((title) => {
        const { backgroundColor, colorScheme } = getComputedStyle(document.documentElement);
        return [getComputedStyle(title).fill, backgroundColor, colorScheme];
      });
    expect(colours).toEqual(['rgb(23, 27, 33)', 'rgb(255, 255, 255)', 'light']);
    await page.emulateMedia({ media: null });
    await openRun(page);
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByTestId('grid').isVisible()).toBe(true);
    for (const hidden of ['.time-line', '.run-head button', '.toolbar'])
      expect(await page.locator(hidden).first().isVisible(), hidden).toBe(false);
    await page.emulateMedia({ media: null, colorScheme: null });
  });

  test('shows all views without any message on the console', async ({ open }) => {
    // With the example, which is shown only on the first visit.
    const page = await open();
    for (const view of views) {
      await goTo(page, view);
      expect(await page.locator('main > *').count()).toBeGreaterThan(0);
    }
  });
});
