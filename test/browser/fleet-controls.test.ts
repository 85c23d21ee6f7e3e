import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { describe, expect } from 'vitest';
import { encodeEventLogHeader, encodeRunEvent } from '../../src/simulator/event-log.ts';
import { simulate } from '../../src/simulator/simulate.ts';
import { recordRun } from '../../src/visualize/run-file/record-run.ts';
import { linkOfSession, sessionOfLink } from '../../src/visualize/play/link.ts';
import { newSession } from '../../src/visualize/play/session.ts';
import { demoScenario } from '../../src/visualize/web/fleet/demo-scenario.ts';
import { orderCells } from '../../src/visualize/film/cell-order.ts';
import { filmOfRun } from '../../src/visualize/film/film-of-run.ts';
import { looks } from '../../src/visualize/film/looks.ts';
import { repositoryRoot } from '../support/repository.ts';
import { outcomeWords } from '../../src/visualize/words.ts';
import { copied, drop, goTo, openRunMenu, test } from './support/browser-page.ts';
import { pageHolding } from './support/opened-page.ts';
import { shownRun } from '../support/shown-run.ts';
import { readShown } from './support/shown.ts';

const scenario = demoScenario({
  hosts: 50,
  waves: 3,
  seed: 4,
  onHealthFailure: 'rollback-and-halt',
  trouble: 'a few bad hosts',
});
const file = recordRun(scenario);
const run = JSON.stringify(file);
const history = shownRun(file);
const example = (name: string) => readFileSync(join(repositoryRoot, 'examples', name), 'utf8');

const timeOf = async (page: Page) => Number(await page.getByTestId('time').inputValue());
const outcome = (page: Page) => page.getByTestId('run-outcome');
const grid = (page: Page) => page.getByRole('listbox', { name: /hosts by wave/ });
const chosenName = async (page: Page) =>
  (await grid(page).getByRole('option').getAttribute('aria-label'))?.split(':')[0];

async function openRun(page: Page): Promise<void> {
  await drop(page, { 'run.json': run });
  await outcome(page).waitFor();
}

describe('a dropped file', () => {
  test('goes to the view that shows it', async ({ page }) => {
    await openRun(page);
    expect(await outcome(page).textContent()).toBe(outcomeWords(file.outcome));
    await goTo(page, 'Table');
    await drop(page, { 'coverage.json': '{"format":"nixfleet-coverage-overlay","cells":{"Pending.LocalActivate":3}}' });
    await page.getByTestId('paths-summary').waitFor();
    expect(await page.locator('.event-row.is-covered').getAttribute('data-event')).toBe('Pending.LocalActivate');
    await page.getByRole('button', { name: 'Hide coverage' }).click();
  });

  test('that is a scenario is run with its fleet', async ({ page }) => {
    await drop(page, {
      'harbour-on-a-rough-day.yaml': example('scenarios/harbour-on-a-rough-day.yaml'),
      'harbor.json': example('fleets/harbor.json'),
    });
    await outcome(page).waitFor();
    expect(await page.getByRole('heading', { level: 2, name: /harbour/i }).count()).toBe(1);
    expect(await page.title()).toContain((await page.getByTestId('verdict').textContent()) ?? '-');
  });
});

test('a fleet file is rolled out, and Back goes to the previous view', async ({ page }) => {
  await goTo(page, 'Table');
  await drop(page, { 'fleet.resolved.json': example('fleets/harbor.json') });
  await outcome(page).waitFor();
  expect(await page.getByTestId('rollout-title').count()).toBeGreaterThan(0);
  const assumed = /^Rollout of .* \(assuming that every host runs an older closure\)$/;
  expect(await page.getByRole('heading', { level: 2, name: assumed }).count()).toBe(1);
  await page.goBack();
  await page.getByRole('table').first().waitFor();
  await page.goForward();
  await outcome(page).waitFor();
  await drop(page, { 'fleet.resolved.json': '{"hosts":{},"channels":{"a":{}}}' });
  await page
    .getByRole('alert')
    .getByText(/The run stopped: /)
    .waitFor();
});

test('Back goes back even just after a run is shown, and Forward to the run', async ({ open }) => {
  const page = await open();
  const session = await page.context().newCDPSession(page);
  // On a slow machine, Back came between showing a run and writing it into the address.
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  await goTo(page, 'Table');
  await page.evaluate(() => {
    const changes = new MutationObserver(() => {
      if (document.querySelector('[data-testid=run-outcome]') === null) return;
      changes.disconnect();
      setTimeout(() => globalThis.history.back());
    });
    changes.observe(document.body, { subtree: true, childList: true });
  });
  const back = page.waitForEvent('framenavigated', (frame) => frame.url().includes('/table'));
  await drop(page, { 'fleet.resolved.json': example('fleets/harbor.json') });
  await back;
  await page.getByRole('table').first().waitFor();
  expect(sessionOfLink(new URL(page.url()).hash)).toMatchObject({ value: { view: 'table' } });
  await page.goForward();
  await outcome(page).waitFor();
});

describe('several files dropped together', () => {
  const message = (page: Page) => page.locator('.banner[role=alert]');
  const neither = '{"format":"something else"}';

  test('are opened or reported by name independently, even two with one name', async ({ page }) => {
    await drop(page, { 'one.json': neither, 'run.json': run, 'two.json': '{' });
    await outcome(page).waitFor();
    await expect
      .poll(() => message(page).textContent())
      .toMatch(/^one\.json: The page cannot open this file\. .+ two\.json: This is not a run file/);
    await drop(page, { 'run.json': run });
    await expect.poll(() => outcome(page).count()).toBe(2);
    expect(await message(page).count()).toBe(0);
    await page.evaluate((text) => {
      const dataTransfer = new DataTransfer();
      for (const each of ['{', text]) dataTransfer.items.add(new File([each], 'same.json'));
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    }, run);
    await expect.poll(() => message(page).textContent()).toMatch(/^same\.json: /);
  });

  test('stay open when a link elsewhere does not mention them', async ({ page }) => {
    await openRun(page);
    // The page writes the run into its address a moment after showing it, and would overwrite another link.
    await expect
      .poll(() => sessionOfLink(new URL(page.url()).hash))
      .toMatchObject({ ok: true, value: { runs: [{ choice: null }] } });
    await page.evaluate(
      (hash) => {
        location.hash = hash;
      },
      `#${linkOfSession('table', newSession)}`,
    );
    await page.getByRole('table').first().waitFor();
    await goTo(page, 'Rollouts');
    expect(await outcome(page).textContent()).toBe(outcomeWords(file.outcome));
  });
});

test('a run that has ended but cannot be shown is reported', async ({ open }) => {
  const page = await open();
  await page.evaluate(() => {
    const Whole = globalThis.Worker;
    globalThis.Worker = class extends Whole {
      override postMessage(): void {
        this.dispatchEvent(new MessageEvent('message', { data: { type: 'done', text: '{}' } }));
      }
    };
  });
  await drop(page, { 'a-good-day.yaml': example('scenarios/a-good-day.yaml') });
  await page.getByText('The run has ended but cannot be shown. This is not a run file').waitFor();
});

describe('a scenario as text', () => {
  test("is run with the package's simulator, and copied so that it gives the same run", async ({ page }) => {
    await openRun(page);
    await page.locator('.run-head summary', { hasText: 'Export' }).click();
    await page.getByRole('button', { name: 'Copy scenario' }).click();
    await expect.poll(() => copied(page)).toContain('seed: 4');
    const text = await copied(page);
    await page.getByRole('button', { name: 'Copy seed' }).click();
    await expect.poll(() => copied(page)).toBe(String(file.seed));
    await page.getByRole('button', { name: 'Show scenario' }).click();
    expect(await page.getByLabel('Scenario in YAML').inputValue()).toBe(text);
    await page.getByRole('button', { name: 'Run this scenario' }).click();
    await page.getByTestId('divergence').getByText('Both runs are the same: 50 hosts').waitFor();
  });

  test('with a problem is reported with line and column, and a click goes there', async ({ open }) => {
    const page = await open();
    await drop(page, {
      'bad.yaml': 'title: A mistake\nfleet:\n  channels:\n    stable:\n      hosts: { web: many }\n',
    });
    const mistakes = page.getByRole('alert').getByRole('button');
    // Regression: on the first visit, the example was run instead of the scenario.
    await mistakes.first().waitFor();
    expect(await mistakes.first().textContent()).toMatch(/^Line 5, column 21: .+\. .+/);
    await mistakes.first().click();
    const caret = () =>
      page.getByLabel('Scenario in YAML').evaluate((area) => {
        // Safe: the label belongs to a text area.
        const { value, selectionStart } = area as HTMLTextAreaElement;
        return value.slice(selectionStart, selectionStart + 4);
      });
    expect(await caret()).toBe('many');
    await page.getByLabel('Scenario in YAML').fill('title: [');
    await page.keyboard.press('Control+Enter');
    await expect.poll(() => mistakes.first().textContent()).toMatch(/^Line \d+, column \d+: /);
  });
});

describe('the time line', () => {
  test('is played as a film of the chosen length, and stops at the end', async ({ page }) => {
    await openRun(page);
    await page.clock.install({ time: 0 });
    await page.clock.pauseAt(1_000);
    // To the page, a jump is one slow frame. Every frame of a minute would take as long as the rest of the suite.
    const playFor = async (ms: number): Promise<number> => {
      await page.clock.fastForward(ms);
      await page.clock.runFor(50);
      return timeOf(page);
    };
    for (const [option, ms] of [
      ['15 s film', 15_000],
      ['1 min film', 60_000],
    ] as const) {
      await page.getByTestId('time').fill('0');
      await page.getByRole('combobox', { name: 'Play' }).selectOption(option);
      await page.getByRole('button', { name: 'Play', exact: true }).click();
      const half = await playFor(ms / 2);
      expect(half).toBeGreaterThan(0);
      const late = await playFor(ms / 2 - 500);
      expect(late).toBeGreaterThan(half);
      expect(late).toBeLessThan(history.shownUntil);
      expect(await playFor(600)).toBe(history.shownUntil);
      await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
    }
    await page.clock.resume();
  });

  test('is stepped through by keys, marker by marker', async ({ page }) => {
    await openRun(page);
    await page.getByTestId('time').focus();
    await page.keyboard.press('Home');
    expect(await timeOf(page)).toBe(0);
    const part = history.shownUntil / 200;
    for (const [key, parts] of [
      ['ArrowRight', 1],
      ['PageUp', 11],
      ['ArrowLeft', 10],
      ['PageDown', 0],
    ] as const) {
      await page.keyboard.press(key);
      expect(Math.abs((await timeOf(page)) - parts * part), key).toBeLessThan(3);
    }
    await page.keyboard.press(' ');
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await page.keyboard.press(' ');
    await page.keyboard.press('Home');
    const markers = page.getByRole('toolbar', { name: /Markers/ }).getByRole('button');
    // Tab returns to the latest marker.
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Home');
    const shown = await markers.count();
    expect(shown).toBeGreaterThan(2);
    let before = await timeOf(page);
    for (let marker = 1; marker < shown; marker += 1) {
      await page.keyboard.press('ArrowRight');
      const now = await timeOf(page);
      expect(now).toBeGreaterThan(before);
      before = now;
    }
    await page.keyboard.press('End');
    expect(await timeOf(page)).toBe(before);
    const latest = history.markers.findLast(({ runMs }) => runMs <= before);
    expect(await page.getByTestId('latest-marker').textContent()).toContain(latest?.text);
  });

  test('responds to the keys of video editors wherever the focus is', async ({ page }) => {
    await openRun(page);
    await page.keyboard.press('Home');
    expect(await timeOf(page)).toBe(0);
    await page.keyboard.press('.');
    const first = await timeOf(page);
    await page.keyboard.press('.');
    expect(await timeOf(page)).toBeGreaterThan(first);
    await page.keyboard.press(',');
    expect(await timeOf(page)).toBe(first);
    await page.keyboard.press('f');
    expect(await timeOf(page)).toBe(history.history.moves.find(({ state }) => state === 'Failed')?.runMs ?? first);
    await page.keyboard.press('End');
    expect(await timeOf(page)).toBe(history.shownUntil);
  });
});

test('one key lists all keys, and Escape closes the list', async ({ page }) => {
  await openRun(page);
  await page.keyboard.press('?');
  const keys = page.getByRole('dialog', { name: 'Keys' });
  await keys.getByText('sort the cells by name, state or change').waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(() => keys.count()).toBe(0);
});

test('keys do not act behind an open dialog', async ({ page }) => {
  await openRun(page);
  const shown = await timeOf(page);
  await page.keyboard.press('?');
  for (const key of ['s', 'Home', 'Control+k']) await page.keyboard.press(key);
  expect(await page.getByRole('dialog').count()).toBe(1);
  await page.keyboard.press('Escape');
  await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
  expect(await page.getByLabel('Sort').inputValue()).toBe('name');
  expect(await timeOf(page)).toBe(shown);
  await page.keyboard.press('s');
  expect(await page.getByLabel('Sort').inputValue()).toBe('state');
});

describe('the hosts', () => {
  test('can be sorted differently, and still be found by click and arrows', async ({ page }) => {
    await openRun(page);
    await page.keyboard.press('s');
    await page.keyboard.press('s');
    expect(await page.getByLabel('Sort').inputValue()).toBe('change');
    const film = filmOfRun(history);
    const order = orderCells('change', film, history.shownUntil);
    const nameAt = (place: number) => history.hosts[order?.hostAt[place] ?? -1]?.hostname;
    await grid(page).focus();
    await page.keyboard.press('ArrowRight');
    expect(await chosenName(page)).toBe(nameAt(0));
    await page.keyboard.press('ArrowRight');
    expect(await chosenName(page)).toBe(nameAt(1));
    await page.keyboard.press('Escape');
    const cell = await page.locator('.cells').boundingBox();
    const { x = 0, y = 0 } = cell ?? {};
    await page.mouse.click(x + 5, y + 25);
    expect(await chosenName(page)).toBe(nameAt(0));
  });

  test('can be browsed with keys, and opened on the chart', async ({ page }) => {
    await openRun(page);
    await grid(page).focus();
    const press = async (key: string): Promise<string | undefined> => {
      await page.keyboard.press(key);
      return chosenName(page);
    };
    const { hosts } = history;
    const column = (at: number) =>
      hosts.filter(({ rollout, wave }) => rollout === hosts[at]?.rollout && wave === hosts[at].wave);
    expect(await press('ArrowRight')).toBe(hosts[0]?.hostname);
    expect(await press('ArrowRight')).toBe(hosts[1]?.hostname);
    expect(await press('ArrowLeft')).toBe(hosts[0]?.hostname);
    expect(await press('PageDown')).toBe(hosts[column(0).length]?.hostname);
    expect(await press('End')).toBe(column(column(0).length).at(-1)?.hostname);
    expect(await press('Home')).toBe(hosts[column(0).length]?.hostname);
    expect(await press('PageUp')).toBe(hosts[0]?.hostname);
    // The largest wave has several rows.
    for (let wave = 0; wave < 10; wave += 1) await press('PageDown');
    const [above, below] = [await press('Home'), await press('ArrowDown')];
    expect(below).not.toBe(above);
    expect(await press('ArrowUp')).toBe(above);
    for (let wave = 0; wave < 10; wave += 1) await press('PageUp');
    expect(await chosenName(page)).toBe(hosts[0]?.hostname);
    const failed = history.history.moves.find(({ state }) => state === 'Failed');
    const wanted = failed?.host ?? 0;
    for (let at = 0; at < wanted; at += 1) await page.keyboard.press('ArrowRight');
    expect(await chosenName(page)).toBe(hosts[wanted]?.hostname);
    expect(await page.getByTestId('host-detail').getByRole('heading').textContent()).toBe(hosts[wanted]?.hostname);
    await page.keyboard.press('Enter');
    const atEnd = looks[history.film.looksAt(file.endedRunMs)[wanted] ?? 0];
    expect((await readShown(page)).state).toBe(atEnd);
  });

  test('are selected by a click on their cells', async ({ page }) => {
    await openRun(page);
    await grid(page).focus();
    for (const key of ['ArrowRight', 'PageDown', 'PageDown', 'ArrowDown']) await page.keyboard.press(key);
    const name = await chosenName(page);
    const cell = await grid(page).getByRole('option').boundingBox();
    if (cell === null) throw new Error('The cell is not in sight.');
    await page.keyboard.press('Escape');
    expect(await grid(page).getByRole('option').count()).toBe(0);
    await page.mouse.move(cell.x + 3, cell.y + 3);
    expect(await page.locator('.tip').textContent()).toContain(`${name}: `);
    await page.mouse.down();
    await page.mouse.up();
    expect(await chosenName(page)).toBe(name);
  });

  test('and the displayed moment are in the address, which restores them', async ({ open }) => {
    const url = pageHolding('place', run);
    const page = await open({ url });
    await outcome(page).waitFor();
    const time = Math.round(history.shownUntil / 3);
    await page.getByTestId('time').fill(String(time));
    await grid(page).focus();
    for (let presses = 0; presses < 4; presses += 1) await page.keyboard.press('ArrowRight');
    const chosen = await chosenName(page);
    // The address follows once the time line stands still.
    const placeOf = () => sessionOfLink(new URL(page.url()).hash);
    const wanted = { ok: true, value: { runs: [{ choice: null, time, host: 3 }] } };
    await expect.poll(placeOf).toMatchObject(wanted);
    const address = page.url();
    await page.reload();
    await outcome(page).waitFor();
    await expect.poll(() => page.url()).toBe(address);
    expect(await timeOf(page)).toBe(time);
    expect(await chosenName(page)).toBe(chosen);
    // Going to the chart and back loses nothing.
    await goTo(page, 'Chart');
    await goTo(page, 'Rollouts');
    expect(await timeOf(page)).toBe(time);
  });
});

test('an event log says what is not recorded', async ({ page }) => {
  const lines = [encodeEventLogHeader(scenario)];
  simulate(scenario, { onEvent: (event) => lines.push(encodeRunEvent(event)) });
  await drop(page, { 'run.jsonl': lines.join('\n') });
  await outcome(page).waitFor();
  const text = (await page.locator('.run-pane').textContent()) ?? '';
  for (const words of ['policy unknown', 'soak unknown']) expect(text).toContain(words);
});

test('a link to a run of a generated fleet runs it again', async ({ page }) => {
  await goTo(page, 'Rollouts');
  const form = page.getByRole('form', { name: 'Run a scenario' });
  await openRunMenu(page);
  await form.getByRole('combobox', { name: 'Hosts', exact: true }).selectOption('50');
  await form.getByRole('button', { name: 'Run this fleet', exact: true }).click();
  const placeOf = () => sessionOfLink(new URL(page.url()).hash);
  await expect.poll(placeOf).toMatchObject({ ok: true, value: { runs: [{ choice: { hosts: 50 } }] } });
  const title = await page.getByRole('region', { name: /^Run / }).getAttribute('aria-label');
  await page.getByTestId('time').fill('600000');
  await expect.poll(placeOf).toMatchObject({ ok: true, value: { runs: [{ choice: { hosts: 50 }, time: 600_000 }] } });
  const address = page.url();
  await page.reload();
  await outcome(page).waitFor();
  expect(await page.getByRole('region', { name: /^Run / }).getAttribute('aria-label')).toBe(title);
  expect(await timeOf(page)).toBe(600_000);
  await expect.poll(() => page.url()).toBe(address);
});
