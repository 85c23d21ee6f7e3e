import { describe, expect } from 'vitest';
import { Moment, rootCauses, whyWaiting } from '../../src/simulator/index.ts';
import { recordRun } from '../../src/visualize/run-file/record-run.ts';
import { demoScenario } from '../../src/visualize/web/fleet/demo-scenario.ts';
import { shownRun } from '../support/shown-run.ts';
import { copied, drop, test } from './support/browser-page.ts';

const file = recordRun(
  demoScenario({ hosts: 50, waves: 3, seed: 4, onHealthFailure: 'rollback-and-halt', trouble: 'a few bad hosts' }),
);
const [first = ''] = file.rollouts.flatMap(({ waves }) => waves.flatMap(({ hosts }) => hosts));

describe('the log', () => {
  test('shares run, host and moment with the film, and can be filtered', async ({ page }) => {
    await drop(page, { 'run.json': JSON.stringify(file) });
    await page.getByRole('tab', { name: /^Log/ }).click();
    const rows = page.getByTestId('log').getByRole('listitem');
    await page.getByRole('textbox', { name: 'Show only rows with' }).fill(`host:${first} event:HostTransition`);
    await expect.poll(() => rows.count()).toBeGreaterThan(0);
    await expect.poll(async () => Number(await rows.first().getAttribute('aria-setsize'))).toBeLessThan(12);
    await rows.first().getByRole('button').click();
    const time = Number(await page.getByTestId('time').inputValue());
    expect(time).toBeGreaterThan(0);
    expect(time).toBeLessThan(file.endedRunMs);
    await page.getByRole('tab', { name: /^Why/ }).click();
    await page.getByTestId('host-detail').getByRole('heading', { name: first }).waitFor();
  });
});

describe('the messages of a host', () => {
  test('are recorded only on request, by repeating the same run', async ({ page }) => {
    await drop(page, { 'run.json': JSON.stringify(file) });
    await page.getByTestId('time').fill('300000');
    await page.keyboard.press('/');
    await page.keyboard.type(first);
    await page.keyboard.press('Enter');
    await page.keyboard.press('3');
    await page.getByTestId('not-recorded').getByText('not recorded').waitFor();
    await page.getByRole('button', { name: 'Record messages of this host' }).click();
    const diagram = page.getByTestId('sequence');
    await diagram.waitFor();
    expect(await page.getByTestId('time').inputValue()).toBe('300000');
    await diagram.getByText('heartbeat').first().waitFor();
    await page.getByRole('button', { name: 'Copy as Mermaid' }).click();
    await expect.poll(() => copied(page)).toMatch(new RegExp(`^sequenceDiagram\\n  participant agent as ${first}`));
    await diagram.getByRole('button', { name: /DispatchAck/ }).click();
    await expect.poll(async () => Number(await page.getByTestId('time').inputValue())).toBeLessThan(60_000);
  });
});

const STUCK_RUN_MS = 1_200_000;

test('W shows why the selected host waits, or else what most hosts wait for', async ({ page }) => {
  const stuck = recordRun(
    demoScenario({ hosts: 12, waves: 2, seed: 9, onHealthFailure: 'rollback-and-halt', trouble: 'reboots needed' }),
  );
  const { history, hosts } = shownRun(stuck);
  const moment = new Moment(history, STUCK_RUN_MS);
  const root = rootCauses(moment)[0]?.roots[0];
  const waits = hosts.find((host) => host.number !== root?.number && whyWaiting(moment, host) !== null);
  if (root === undefined || waits === undefined) throw new Error('A host waits for another.');
  await drop(page, { 'run.json': JSON.stringify(stuck) });
  await page.getByTestId('time').fill(String(STUCK_RUN_MS));
  await page.getByRole('tab', { name: /^Log/ }).click();
  await page.keyboard.press('w');
  const focused = page.locator('.host-detail h3:focus');
  await focused.getByText(root.hostname, { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Close the host' }).click();
  await page.getByRole('listbox', { name: /hosts by wave/ }).focus();
  for (let at = 0; at <= waits.number; at += 1) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('w');
  await focused.getByText(waits.hostname, { exact: true }).waitFor();
  await page.getByRole('list', { name: `Why ${waits.hostname} waits` }).waitFor();
});
