import type { Page } from 'playwright';
import { describe, expect } from 'vitest';
import type { HostEvent } from '../../src/machine/events.ts';
import type { HostRolloutState } from '../../src/machine/record.ts';
import { step, type StepResult } from '../../src/machine/step.ts';
import { generatePaths } from '../../src/testing/generate.ts';
import type { CriterionName } from '../../src/testing/criterion.ts';
import type { Side } from '../../src/testing/side.ts';
import type { TestPath } from '../../src/testing/test-path.ts';
import { sessionOfLink } from '../../src/visualize/play/link.ts';
import { policies } from '../support/generated-paths.ts';
import { choose, goTo, test } from './support/browser-page.ts';
import { readShown, type Shown } from './support/shown.ts';

const pathsOf = (name: CriterionName, side: Side, onHealthFailure: TestPath['policy']['onHealthFailure']) =>
  generatePaths({ criterion: { kind: 'full', name }, side, onHealthFailure }).paths;

/** The address has the complete events, so the machine can tell the expected result of the last one. */
function lastEvent(page: Page): HostEvent {
  const link = sessionOfLink(new URL(page.url()).hash);
  if (!link.ok) throw new Error(link.message);
  // Safe: a session of the host machine has only its events.
  return link.value.session.events[link.value.session.cursor - 1] as HostEvent;
}

function expectShown(shown: Shown, before: HostRolloutState, result: StepResult, at: string): void {
  const record = result.ok ? result.state : before;
  expect(shown.state, at).toBe(record.state);
  expect(shown.record, at).toEqual(record);
  expect(shown.effects, at).toEqual(result.ok ? result.effects : null);
  expect(shown.refusal, at).toBe(result.ok ? null : result.error.message);
}

/** The row of the event in the current state's card, or else in any card that has one. */
async function clickEvent(page: Page, state: string, type: string): Promise<void> {
  const own = page.locator(`[data-event="${state}.${type}"]`);
  const row = (await own.count()) > 0 ? own : page.locator(`[data-event$=".${type}"]`).first();
  // The drawing stands still, so waiting for stability before each of hundreds of clicks would waste time.
  await row.click({ force: true });
}

/** The names and values of a definition list. */
const factsOf = (page: Page, testId: string): Promise<Readonly<Record<string, unknown>>> =>
  page
    .getByTestId(testId)
    .locator('div')
    .evaluateAll((facts) =>
      Object.fromEntries(
        facts.map((fact): [string, unknown] => [
          fact.querySelector('dt')?.textContent ?? '',
          JSON.parse(fact.querySelector('dd')?.getAttribute('data-value') ?? 'null'),
        ]),
      ),
    );

/** Choosing a start restarts the session, but choosing the current one does nothing. */
async function beginIn(page: Page, state: string): Promise<void> {
  const start = page.getByTestId('start-state');
  await start.selectOption(state === 'Deferred' ? 'Pending' : 'Deferred');
  await start.selectOption(state);
}

async function playByClicks(page: Page, path: TestPath): Promise<number> {
  let before = path.start;
  for (const [index, { event, expected }] of path.steps.entries()) {
    await clickEvent(page, before.state, event.type);
    const shown = await readShown(page);
    const sent = lastEvent(page);
    const at = `${path.name}, step ${index + 1}`;
    expect(sent.type, at).toBe(event.type);
    const result = step(before, sent, recordedTime(shown, sent), path.policy);
    expectShown(shown, before, result, at);
    expect(result.ok, at).toBe(expected.ok);
    if (result.ok) before = result.state;
    if (expected.ok) expect(before.state, at).toBe(expected.state.state);
    const soFar = path.steps
      .slice(0, index + 1)
      .map((each) => ({ event: each.event.type, isRefused: !each.expected.ok }));
    expect(shown.history, at).toEqual(soFar);
  }
  return path.steps.length;
}

/** When the page says that the change of state was recorded; the machine gets the same time. */
function recordedTime({ effects }: Shown, event: HostEvent): number {
  for (const effect of effects ?? []) {
    // Safe: every effect is an object. Only those that record a change have a time.
    const { at } = effect as { readonly at?: unknown };
    if (typeof at === 'number') return at;
  }
  return Math.max(
    ...Object.entries(event).flatMap(([name, value]) =>
      name.endsWith('At') && typeof value === 'number' ? [value] : [],
    ),
  );
}

/** Both sides share all code, and every click takes a while. So without NIGHTLY=1, only one side and a sample. */
const isNightly = process.env['NIGHTLY'] === '1';
const clickedSides = (
  [
    ['agent', 'Agent'],
    ['control-plane', 'Control plane'],
  ] as const
).slice(0, isNightly ? 2 : 1);

/** Without most refusals, which change nothing. */
const sampleOf = (path: TestPath): TestPath =>
  isNightly ? path : { ...path, steps: path.steps.filter(({ expected }, at) => expected.ok || at % 6 === 0) };

describe('playing by clicks', () => {
  for (const [side, title] of clickedSides) {
    test(`on every path of the ${side} the page shows what step gives`, async ({ page }) => {
      await choose(page, 'Side', title);
      let steps = 0;
      for (const policy of policies) {
        await choose(page, 'onHealthFailure', policy);
        for (const path of pathsOf(policy === 'halt' ? 'validTransitions' : 'allTransitions', side, policy)) {
          await beginIn(page, 'Pending');
          expect((await readShown(page)).record).toEqual(path.start);
          steps += await playByClicks(page, sampleOf(path));
        }
      }
      // Every legal transition twice and some refusals; with NIGHTLY=1, every cell of one side's table.
      expect(steps).toBeGreaterThan(isNightly ? 84 : 40);
    });
  }

  test('paths generated by the page play step by step as generated', async ({ page }) => {
    await goTo(page, 'Paths');
    await page.getByTestId('criterion').selectOption('guardOutcomes');
    const paths = pathsOf('guardOutcomes', 'agent', 'rollback-and-halt');
    await expect.poll(() => page.getByTestId('paths-summary').textContent()).toContain(`${paths.length} paths`);
    for (const index of [0, 17, 40]) {
      const path = paths[index];
      if (path === undefined) throw new Error(`There is no path ${index}.`);
      await page.getByTestId('paths').getByRole('button').nth(index).click();
      let before = path.start;
      for (const { event, now, expected } of path.steps) {
        await page.getByRole('button', { name: 'Redo' }).click();
        const shown = await readShown(page);
        expect(lastEvent(page)).toEqual(event);
        const result = step(before, event, expected.ok ? recordedTime(shown, event) : now, path.policy);
        expectShown(shown, before, result, path.name);
        if (expected.ok) before = expected.state;
        expect(shown.record).toEqual(before);
      }
    }
  });

  test('a step can be undone, redone and selected, and a link reproduces all of it', async ({ open, page }) => {
    await clickEvent(page, 'Pending', 'LocalActivate');
    const one = await readShown(page);
    await clickEvent(page, 'Activating', 'LocalActivationCompleted');
    const two = await readShown(page);
    await page.getByRole('button', { name: 'Undo' }).click();
    expect(await readShown(page)).toEqual(one);
    await page.getByRole('button', { name: 'Redo' }).click();
    expect(await readShown(page)).toEqual(two);
    await page.getByTestId('history').getByRole('button', { name: 'Start' }).click();
    expect((await readShown(page)).state).toBe('Pending');
    await page.getByTestId('history').getByRole('button', { name: 'LocalActivationCompleted' }).click();
    const copy = await open({ url: page.url() });
    expect(await readShown(copy)).toEqual(two);
  });

  test('a payload is edited in a form, which sends only valid values', async ({ page }) => {
    await clickEvent(page, 'Pending', 'LocalActivate');
    await page.locator('[data-event="Activating.LocalActivationFailed"]').click({ modifiers: ['Shift'] });
    const form = page.getByRole('form', { name: 'Payload of LocalActivationFailed' });
    await form.getByLabel('exitCode').fill('many');
    expect(await form.getByLabel('exitCode').getAttribute('aria-invalid')).toBe('true');
    expect(await form.getByRole('button', { name: 'Send LocalActivationFailed' }).isDisabled()).toBe(true);
    await form.getByLabel('exitCode').fill('11');
    await form.getByRole('button', { name: 'Send LocalActivationFailed' }).click();
    expect(lastEvent(page)).toMatchObject({ type: 'LocalActivationFailed', exitCode: 11 });
    expect((await readShown(page)).state).toBe('Failed');
  });

  test('a refusal names the conditions that do not hold', async ({ page }) => {
    await page.getByTestId('start-state').selectOption('Soaking');
    await page.locator('[data-event="Soaking.LocalConvergedReached"]').click({ modifiers: ['Shift'] });
    await page.getByLabel('Begin from').selectOption('one millisecond too early');
    await page.getByRole('button', { name: 'Send LocalConvergedReached', exact: true }).click();
    expect((await readShown(page)).refusal).toContain('soak');
    expect(await page.locator('.answers .fails code').allTextContents()).toContain('soakHasElapsed');
    // Exactly the values that were compared.
    const { soakDueAt } = (await readShown(page)).record as HostRolloutState;
    expect(await factsOf(page, 'values-soakHasElapsed')).toEqual({
      'record.soakDueAt': soakDueAt,
      'event.convergedAt': Number(soakDueAt) - 1,
    });
    expect(await factsOf(page, 'refusal-facts')).toEqual({ invariant: 'soak-not-elapsed' });
    await clickEvent(page, 'Pending', 'LocalActivate');
    expect(await factsOf(page, 'refusal-facts')).toEqual({ from: 'Soaking', event: 'LocalActivate' });
    expect(await page.getByTestId('outcome').textContent()).toContain(
      'Soaking only accepts LocalProbeTopologyDeclared',
    );
  });

  test('what happens when activation fails under each policy is shown at a glance', async ({ page }) => {
    // Guards and effects are drawn where they are legible.
    await page.setViewportSize({ width: 1920, height: 1080 });
    for (const [policy, effect] of [
      ['rollback-and-halt', 1],
      ['halt', 0],
    ] as const) {
      await choose(page, 'onHealthFailure', policy);
      await beginIn(page, 'Activating');
      await clickEvent(page, 'Activating', 'LocalActivationFailed');
      expect((await readShown(page)).state).toBe('Failed');
      expect(await page.locator('[data-effect="LocalFireRollbackTo"]').count()).toBe(effect);
      const other = await page.getByTestId('other-policy').textContent();
      expect(other).toContain(policy === 'halt' ? 'With rollback-and-halt instead' : 'With halt instead');
      const passedBy = page.locator('[data-event="Activating.LocalActivationFailed"] .branch.is-passed-by');
      expect(await passedBy.allTextContents()).toEqual([
        expect.stringMatching(policy === 'halt' ? /^rollback-and-halt/ : /^halt/),
      ]);
      expect(other).toContain(`${policy === 'halt' ? 'and also' : 'without'} LocalFireRollbackTo`);
      expect(await page.getByTestId('meaning').textContent()).toMatch(
        policy === 'halt'
          ? /Policy halt: a failed host stays on the release/
          : /Policy rollback-and-halt: a failed host rolls back/,
      );
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  test('every host and rollout chart can be shown, with all its events', async ({ page }) => {
    for (const [side, events] of [
      ['Agent', 14],
      ['Control plane', 14],
      ['Both', 28],
    ] as const) {
      await choose(page, 'Side', side);
      expect(await page.locator('[data-event]').count()).toBe(events);
    }
    await choose(page, 'Machine', 'Rollout');
    await clickEvent(page, 'Opening', 'HostJoined');
    expect((await readShown(page)).state).toBe('Active');
  });
});
