import type { Page } from 'playwright';
import { describe, expect } from 'vitest';
import { hostStates } from '../../src/machine/host-states.ts';
import type { HostState } from '../../src/machine/record.ts';
import { recordRun } from '../../src/visualize/run-file/record-run.ts';
import type { RunFile } from '../../src/visualize/run-file/run-file.ts';
import type { DemoChoice } from '../../src/visualize/play/run-place.ts';
import { demoScenario } from '../../src/visualize/web/fleet/demo-scenario.ts';
import { outcomeWords } from '../../src/visualize/words.ts';
import { drop, goTo, openRunMenu, test } from './support/browser-page.ts';
import { shownRun } from '../support/shown-run.ts';
import { readShown } from './support/shown.ts';

const choice: DemoChoice = {
  hosts: 50,
  waves: 4,
  seed: 1,
  onHealthFailure: 'rollback-and-halt',
  trouble: 'reboots needed',
};
const run: RunFile = recordRun(demoScenario(choice));
const withFailures: RunFile = recordRun(demoScenario({ ...choice, seed: 9, trouble: 'a few bad hosts' }));
const shownRuns = new Map([run, withFailures].map((file) => [file, shownRun(file)]));
const movesOf = (file: RunFile) => shownRuns.get(file)?.history.moves ?? [];
const hostCount = (file: RunFile) =>
  file.rollouts.reduce((sum, { waves }) => sum + waves.reduce((own, { hosts }) => own + hosts.length, 0), 0);

/** The counts of the run file, found by going through it from the start. */
function countsAt(file: RunFile, time: number): Readonly<Record<string, number>> {
  const states = new Map<number, HostState>();
  for (const { number, events } of shownRuns.get(file)?.hosts ?? [])
    if (events.some(({ type, runMs }) => type === 'HostDispatched' && runMs <= time)) states.set(number, 'Pending');
  for (const { runMs, host, state } of movesOf(file)) if (runMs <= time) states.set(host, state);
  const counts: Record<string, number> = { 'not started': hostCount(file) - states.size };
  for (const state of hostStates) counts[state] = [...states.values()].filter((each) => each === state).length;
  return counts;
}

const shownCounts = (page: Page) =>
  page
    .getByTestId('counts')
    .evaluate((list) =>
      Object.fromEntries(
        [...list.children].map((entry) => [entry.getAttribute('data-state'), Number(entry.getAttribute('data-count'))]),
      ),
    );

async function goToTime(page: Page, time: number): Promise<number> {
  await page.getByTestId('time').fill(String(Math.round(time)));
  return Number(await page.getByTestId('time').inputValue());
}

describe('the fleet view', () => {
  test('shows the counts of the run file at every moment', async ({ page }) => {
    await drop(page, { 'run.json': JSON.stringify(run) });
    await page.getByTestId('run-outcome').waitFor();
    expect(await page.getByTestId('run-outcome').textContent()).toBe(outcomeWords(run.outcome));
    const last = movesOf(run).at(-1)?.runMs ?? 0;
    expect(last).toBeGreaterThan(0);
    for (const part of [0, 0.03, 0.1, 0.2, 0.35, 0.5, 0.75, 1]) {
      const time = await goToTime(page, last * part);
      expect(await shownCounts(page), `at ${time}`).toEqual(countsAt(run, time));
      for (const [index, { rolloutId }] of run.rollouts.entries()) {
        const state = shownRuns.get(run)?.rolloutsAt(time)[index];
        const title = page.getByTestId('rollout-title').nth(index);
        expect(await title.textContent(), `${rolloutId} at ${time}`).toContain(state ?? 'not open yet');
      }
    }
  });

  test('lists failures with their cause and what holds the others, and opens a host on the chart', async ({ page }) => {
    await drop(page, { 'run.json': JSON.stringify(withFailures) });
    await page.getByTestId('run-outcome').waitFor();
    const bad = movesOf(withFailures).filter(({ state }) => state === 'Failed' || state === 'Reverted');
    expect(bad.length).toBeGreaterThan(0);
    const failures = page.getByTestId('failures').getByRole('button');
    expect(await failures.count()).toBe(bad.length);
    const failed = new Set(bad.map(({ host }) => host)).size;
    const heading = await page.getByRole('heading', { name: /^Failures/ }).textContent();
    expect(heading).toBe(`Failures (${failed} ${failed === 1 ? 'host' : 'hosts'})`);
    expect(await failures.first().textContent()).toMatch(/(activation failed|probe)/);
    const atEnd = countsAt(withFailures, withFailures.endedRunMs);
    const waiting =
      hostCount(withFailures) - (atEnd['Converged'] ?? 0) - (atEnd['Failed'] ?? 0) - (atEnd['Reverted'] ?? 0);
    expect(await page.getByRole('heading', { name: /^Waiting/ }).textContent()).toBe(`Waiting (${waiting})`);
    await failures.last().click();
    const last = bad.at(-1);
    await page.getByTestId('host-detail').getByRole('button', { name: 'Open its history on the chart' }).click();
    expect((await readShown(page)).state).toBe(last?.state);
  });

  test('counts down to the end of a soak', async ({ page }) => {
    await drop(page, { 'run.json': JSON.stringify(run) });
    await page.getByTestId('run-outcome').waitFor();
    const soak = movesOf(run).find(({ state }) => state === 'Soaking');
    await goToTime(page, (soak?.runMs ?? 0) + 60_000);
    await page.locator('.fleet-lists summary').filter({ hasText: 'soak' }).first().click();
    await expect
      .poll(() => page.locator('.fleet-lists details[open] small').allTextContents())
      .toContainEqual(expect.stringMatching(/^until .* left$/));
  });

  test("runs a scenario in the page with the package's simulator, and shows two runs side by side", async ({
    page,
  }) => {
    await goTo(page, 'Rollouts');
    const form = page.getByRole('form', { name: 'Run a scenario' });
    for (const policy of ['rollback-and-halt', 'halt'] as const) {
      await openRunMenu(page);
      await form.getByRole('combobox', { name: 'Hosts', exact: true }).selectOption('50');
      await form.getByRole('combobox', { name: 'onHealthFailure' }).selectOption(policy);
      await form.getByRole('button', { name: 'Run this fleet', exact: true }).click();
      await page.getByRole('region', { name: new RegExp(`^Run .*, ${policy}$`) }).waitFor();
    }
    expect(await page.getByRole('region', { name: /^Run / }).count()).toBe(2);
    // The shared legend has the numbers of A.
    const counts = await page
      .getByTestId('counts')
      .locator('li')
      .evaluateAll((entries) => entries.map((entry) => entry.getAttribute('data-count')));
    expect(counts.map(Number)).toEqual(Object.values(countsAt(run, run.endedRunMs)));
  });
});
