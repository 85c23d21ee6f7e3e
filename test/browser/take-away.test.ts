import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, describe, expect } from 'vitest';
import { z } from 'zod';
import { stepRollout } from '../../src/rollout/step-rollout.ts';
import type { RolloutEvent } from '../../src/rollout/rollout-events.ts';
import type { RolloutRecord } from '../../src/rollout/rollout-record.ts';
import { playablePaths } from '../../src/visualize/play/playable-paths.ts';
import { newSession } from '../../src/visualize/play/session.ts';
import { repositoryRoot } from '../support/repository.ts';
import { choose, copied, goTo, test } from './support/browser-page.ts';
import { readShown } from './support/shown.ts';

const folder = mkdtempSync(join(tmpdir(), 'nixfleet-copied-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The command that asks another implementation the questions of files. Here, that is our own. */
function conform(files: Readonly<Record<string, string>>) {
  const main = join(repositoryRoot, 'dist/cli/main.js');
  const peer = `${JSON.stringify(process.execPath)} ${JSON.stringify(main)} peer`;
  const fixtures = Object.entries(files).flatMap(([name, text]) => {
    writeFileSync(join(folder, name), text);
    return ['--fixtures', join(folder, name)];
  });
  return spawnSync(process.execPath, [main, 'conform', '--exec', peer, ...fixtures], { encoding: 'utf8' });
}

/** Plays events by clicks, and copies the result. */
async function copyAfter(page: Page, ...events: readonly string[]): Promise<string> {
  for (const event of events) await page.locator(`[data-event="${event}"]`).click();
  await page.evaluate(() => navigator.clipboard.writeText(''));
  await page.getByRole('button', { name: 'Copy as fixture' }).click();
  await expect.poll(() => copied(page)).not.toBe('');
  return copied(page);
}

describe('the paths of the page', () => {
  test('play automatically, step by step, to the end', async ({ page }) => {
    await goTo(page, 'Paths');
    await page.clock.install();
    await page.getByTestId('paths').getByRole('button').first().click();
    const steps = await page.getByTestId('history').locator('li').count();
    await page.getByRole('button', { name: 'Play the rest' }).click();
    const present = () => page.getByTestId('history').locator('[aria-current]').locator('.number').textContent();
    expect(await present()).toBe('0');
    // In intervals shorter than a step, so that none is missed.
    const soon = async () => {
      await page.clock.runFor(300);
      return present();
    };
    for (let step = 1; step < steps; step += 1) await expect.poll(soon, { interval: 1 }).toBe(String(step));
    expect(await page.getByRole('button', { name: 'Play the rest' }).isDisabled()).toBe(true);
    // The list has scrolled along.
    const isInSight = await page.getByTestId('history').evaluate((list) => {
      const [all, entry] = [
        list.getBoundingClientRect(),
        list.querySelector('[aria-current]')?.getBoundingClientRect(),
      ];
      return entry !== undefined && entry.top >= all.top - 1 && entry.bottom <= all.bottom + 1;
    });
    expect(isInSight).toBe(true);
    await page.clock.resume();
  });

  test('of the rollout play like the machine, and show their coverage', async ({ page }) => {
    await choose(page, 'Machine', 'Rollout');
    await goTo(page, 'Paths');
    await page.getByTestId('criterion').selectOption('allTransitions');
    const { paths } = playablePaths({ ...newSession, machine: 'rollout' }, 'allTransitions');
    expect(await page.getByTestId('paths-summary').textContent()).toContain(`${paths.length} paths`);
    const path = paths.at(-1);
    if (path === undefined) throw new Error('There is no path.');
    await page.getByTestId('paths').getByRole('button').last().click();
    let record = (path.session.start.kind === 'record' ? path.session.start.record : null) as RolloutRecord;
    for (const event of path.session.events) {
      await page.getByRole('button', { name: 'Redo' }).click();
      // Safe: a session of the rollout has only its events.
      const result = stepRollout(record, event as RolloutEvent, 0);
      if (result.ok) record = result.record;
      const shown = await readShown(page);
      expect(shown.record).toEqual(record);
      expect(shown.effects).toEqual(result.ok ? result.effects : null);
      expect(shown.refusal).toBe(result.ok ? null : result.error.message);
    }
    await page.getByTestId('criterion').selectOption('allStates');
    await page.getByRole('button', { name: 'Show coverage' }).click();
    expect(await page.locator('.event-row.is-covered').count()).toBeGreaterThan(0);
    expect(await page.locator('.event-row.is-uncovered').count()).toBeGreaterThan(0);
    // Coverage of one chart is not shown on another.
    await choose(page, 'Machine', 'Host');
    expect(await page.locator('.event-row.is-uncovered').count()).toBe(0);
  });
});

test('a played session is copied as a test that follows the published schema and that the tools accept', async ({
  page,
}) => {
  const host = await copyAfter(
    page,
    'Pending.LocalActivate',
    'Activating.LocalActivationFailed',
    'Soaking.LocalConvergedReached',
  );
  const schema: unknown = JSON.parse(readFileSync(join(repositoryRoot, 'schema/fixture.schema.json'), 'utf8'));
  // Safe: a published schema can be read.
  const parsed = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]).safeParse(JSON.parse(host));
  expect(parsed.error?.issues ?? []).toEqual([]);
  await choose(page, 'Machine', 'Rollout');
  const rollout = await copyAfter(page, 'Opening.HostJoined', 'Active.RolloutTerminal', 'Terminal.HostJoined');
  expect(conform({ 'host.json': host, 'rollout.jsonl': rollout })).toMatchObject({ status: 0, stderr: '' });
  const spoilt = conform({
    'host.json': host.replace('"policyApplied": "rollback-and-halt"', '"policyApplied": "halt"'),
    'rollout.jsonl': rollout.replaceAll('"Terminal"', '"Converging"'),
  });
  // With a file that contradicts the chart, a wrong peer would conform.
  expect(spoilt.status).toBe(1);
  for (const name of ['host.json', 'rollout.jsonl']) expect(spoilt.stderr).toContain(name);
});
