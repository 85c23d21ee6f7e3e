import type { Page } from 'playwright';
import { describe, expect } from 'vitest';
import { quietGaps } from '../../src/visualize/film/time-axis.ts';
import { sessionOfLink } from '../../src/visualize/play/link.ts';
import { recordRun } from '../../src/visualize/run-file/record-run.ts';
import { demoScenario } from '../../src/visualize/web/fleet/demo-scenario.ts';
import { shownRun } from '../support/shown-run.ts';
import { drop, test } from './support/browser-page.ts';
import { violations } from './support/violations.ts';

const file = recordRun(
  demoScenario({ hosts: 50, waves: 3, seed: 4, onHealthFailure: 'rollback-and-halt', trouble: 'reboots needed' }),
);
const history = shownRun(file);
const end = history.shownUntil;

const slider = (page: Page) => page.getByTestId('time');
const rangeOf = async (page: Page) => [
  Number(await slider(page).getAttribute('min')),
  Number(await slider(page).getAttribute('max')),
];

async function openRun(page: Page): Promise<void> {
  await drop(page, { 'run.json': JSON.stringify(file) });
  await page.getByTestId('run-outcome').waitFor();
}

/** Drags over the axis between two positions, given as shares of it. */
async function dragAxis(page: Page, from: number, to: number): Promise<void> {
  const box = await page.locator('.axis-scale').boundingBox();
  if (box === null) throw new Error('The axis is not shown.');
  await page.mouse.move(box.x + box.width * from, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * to, box.y + box.height / 2, { steps: 4 });
  await page.mouse.up();
}

type Fingers = readonly (readonly [x: number, y: number])[];

/** Puts fingers down, moves them in a few steps, and lifts them. */
async function touch(page: Page, from: Fingers, to: Fingers): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const steps = 4;
  const at = (step: number) =>
    from.map(([x, y], id) => {
      const [toX = x, toY = y] = to[id] ?? [];
      return { id, x: x + ((toX - x) * step) / steps, y: y + ((toY - y) * step) / steps };
    });
  await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(0) });
  for (let step = 0; step <= steps; step += 1)
    await session.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at(step) });
  await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await session.detach();
}

describe('the time axis', () => {
  test('is zoomed by keys around the displayed moment, and shows the whole run again', async ({ page }) => {
    await openRun(page);
    await slider(page).fill(String(Math.round(end / 4)));
    await page.keyboard.press('+');
    const [from = 0, until = 0] = await rangeOf(page);
    expect(until - from).toBeCloseTo(end / 1.6, -2);
    expect((end / 4 - from) / (until - from)).toBeCloseTo(1 / 4, 2);
    await page.keyboard.press('-');
    expect(await rangeOf(page)).toEqual([0, end]);
    await page.getByRole('button', { name: 'Zoom in on the time axis' }).click();
    await page.getByRole('button', { name: 'Whole run' }).click();
    expect(await rangeOf(page)).toEqual([0, end]);
    await page.keyboard.press('+');
    await page.keyboard.press('0');
    expect(await rangeOf(page)).toEqual([0, end]);
  });

  test('shows a dragged range in the river, the markers and the log, and moves the clock there', async ({ page }) => {
    await openRun(page);
    await dragAxis(page, 0.5, 0.25);
    const [from = 0, until = 0] = await rangeOf(page);
    expect(from / end).toBeCloseTo(0.25, 2);
    expect(until / end).toBeCloseTo(0.5, 2);
    expect(Number(await slider(page).inputValue())).toBe(until);
    await page.keyboard.press('2');
    await page.getByText(/^Only .+ to .+, the range of the time axis\.$/).waitFor();
    const events = history.history.events.filter(({ runMs }) => runMs >= from && runMs <= until);
    const size = Number(await page.getByTestId('log').getByRole('listitem').first().getAttribute('aria-setsize'));
    expect(size).toBeGreaterThan(0);
    expect(size).toBeLessThanOrEqual(events.length);
    const ticks = await page.locator('.axis-scale .tick').allTextContents();
    expect(ticks.length).toBeGreaterThan(1);
    // The clock moves the range along.
    await page.keyboard.press('Home');
    await expect.poll(() => rangeOf(page)).toEqual([0, until - from]);
    expect(await violations(page, 'light')).toEqual([]);
  });

  test('is zoomed by Ctrl and the wheel around the pointer', async ({ page }) => {
    await openRun(page);
    const box = await page.getByTestId('river').boundingBox();
    if (box === null) throw new Error('The river is not shown.');
    await page.mouse.move(box.x + box.width * 0.75, box.y + 5);
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -200);
    await page.keyboard.up('Control');
    await expect.poll(async () => (await rangeOf(page))[0]).toBeGreaterThan(0);
    const [from = 0, until = 0] = await rangeOf(page);
    expect((0.75 * end - from) / (until - from)).toBeCloseTo(0.75, 1);
  });

  test('is zoomed by two fingers, but not by one, around their midpoint from the first move', async ({ page }) => {
    await openRun(page);
    const box = await page.getByTestId('river').boundingBox();
    if (box === null) throw new Error('The river is not shown.');
    const y = box.y + 5;
    const at = (share: number) => box.x + box.width * share;
    await touch(page, [[at(0.5), y]], [[at(0.6), y]]);
    expect(await rangeOf(page)).toEqual([0, end]);
    await touch(
      page,
      [
        [at(0.2), y],
        [at(0.3), y],
      ],
      [
        [at(0.15), y],
        [at(0.35), y],
      ],
    );
    await expect.poll(async () => (await rangeOf(page))[0]).toBeGreaterThan(0);
    const [from = 0, until = 0] = await rangeOf(page);
    // Twice as far apart: half of the run, and the moment between the fingers has not moved.
    expect((until - from) / end).toBeCloseTo(0.5, 1);
    expect((0.25 * end - from) / (until - from)).toBeCloseTo(0.25, 1);
    await touch(
      page,
      [
        [at(0.15), y],
        [at(0.35), y],
      ],
      [
        [at(0.24), y],
        [at(0.26), y],
      ],
    );
    await expect.poll(() => rangeOf(page)).toEqual([0, end]);
  });

  test('and skipped soaks are in the address, which restores them, and the film has the same range', async ({
    page,
  }) => {
    await openRun(page);
    expect(quietGaps(history.film, [0, end]).length).toBeGreaterThan(0);
    await page.keyboard.press('x');
    expect(await page.getByRole('button', { name: 'Skip soaks' }).getAttribute('aria-pressed')).toBe('true');
    expect(await page.locator('.gap-band').count()).toBe(quietGaps(history.film, [0, end]).length);
    await dragAxis(page, 0.1, 0.6);
    const range = await rangeOf(page);
    const linked = () => sessionOfLink(new URL(page.url()).hash);
    await expect
      .poll(linked)
      .toMatchObject({ ok: true, value: { runs: [{ range, isSkippingSoaks: true, time: range[1] }] } });
    await page.reload();
    await page.getByTestId('run-outcome').waitFor();
    expect(await rangeOf(page)).toEqual(range);
    await page.clock.install({ time: 0 });
    await page.clock.pauseAt(1_000);
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await page.clock.fastForward(15_000);
    await page.clock.runFor(50);
    const half = Number(await slider(page).inputValue());
    expect(half).toBeGreaterThan(range[0] ?? 0);
    expect(half).toBeLessThan(range[1] ?? 0);
    await page.clock.fastForward(16_000);
    await page.clock.runFor(50);
    expect(Number(await slider(page).inputValue())).toBe(range[1]);
    await page.clock.resume();
  });

  test('follows the steps of a host on the chart', async ({ page }) => {
    await openRun(page);
    await dragAxis(page, 0.7, 0.9);
    const [, until] = await rangeOf(page);
    await page.getByRole('listbox', { name: /hosts by wave/ }).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    const strip = page.getByTestId('strip-time');
    await expect.poll(() => strip.inputValue()).toBe(String(until));
    const steps = history.history.events.filter(({ type }) => type === 'EventAccepted').length;
    for (let step = 0; step < Math.min(steps, 60) && (await strip.inputValue()) !== '0'; step += 1)
      await page.keyboard.press('u');
    await expect.poll(() => strip.inputValue()).toBe('0');
    expect(await strip.getAttribute('min')).toBe('0');
    expect(Number(await strip.getAttribute('max'))).toBeLessThan(until ?? 0);
  });
});
