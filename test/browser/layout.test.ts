import type { Page } from 'playwright';
import { describe, expect } from 'vitest';
import { NO_FAULTS, fleetScenario, generateFleet } from '../../src/simulator/index.ts';
import { recordRun } from '../../src/visualize/run-file/record-run.ts';
import type { RunFile } from '../../src/visualize/run-file/run-file.ts';
import { readText } from '../support/repository.ts';
import { drop, goTo, test } from './support/browser-page.ts';
import { layoutProblems } from './support/layout-problems.ts';

const sizes = [
  [320, 640],
  [390, 844],
  [600, 960],
  [768, 1024],
  [1024, 768],
  [1280, 720],
  [1440, 900],
  [1920, 1080],
  [2560, 1440],
] as const;

const alphabets = { Latin: 'w', CJK: '机', Arabic: 'خ' } as const;

/** A run with this many waves, probes per host, and characters per name. */
function runOf(waves: number, probes: number, alphabet: keyof typeof alphabets, length: number): string {
  const fleet = generateFleet({ hosts: Math.max(8, 2 * waves), waves, seed: 3 });
  const made = fleetScenario(fleet, { ref: 'r', closures: new Map(), newClosures: false });
  if (!made.ok) throw new Error(made.problems[0]?.message);
  const { scenario } = made;
  const names = Array.from({ length: probes }, (_, at) => ({ name: `probe-${at}`, mode: 'enforce' as const }));
  const file = recordRun({
    ...scenario,
    hosts: scenario.hosts.map((host) => ({ ...host, probes: names })),
    rates: { ...NO_FAULTS, activationFails: 0.2 },
  });
  return JSON.stringify(renamed(file, alphabet, length));
}

/** The simulator only has ASCII host names, but the page must cope with any file. */
function renamed(file: RunFile, alphabet: keyof typeof alphabets, length: number): RunFile {
  const text = alphabets[alphabet].repeat(length);
  const ofHost = new Map(file.log.hostnames.map((hostname, at) => [hostname, `${text.slice(String(at).length)}${at}`]));
  const nameOf = (hostname: string) => ofHost.get(hostname) ?? hostname;
  return {
    ...file,
    title: text,
    scenario: '',
    log: { ...file.log, hostnames: file.log.hostnames.map(nameOf) },
    rollouts: file.rollouts.map((rollout) => ({
      ...rollout,
      waves: rollout.waves.map((wave) => ({ ...wave, hosts: wave.hosts.map(nameOf) })),
    })),
  };
}

/** The narrowest, the widest, and the one at which most names used to be too wide. */
const FEW_SIZES = sizes.filter(([width]) => [320, 1024, 2560].includes(width));

/** By day, all sizes for the widest names and for the example on a phone, and few for the rest. */
const BY_DAY = process.env['NIGHTLY'] === '1' ? sizes : FEW_SIZES;

/** Problems of the page at each size. */
async function problemsAtSizes(page: Page, wanted: readonly (readonly [number, number])[]): Promise<readonly string[]> {
  const before = page.viewportSize();
  const found: string[] = [];
  for (const [width, height] of wanted) {
    await page.setViewportSize({ width, height });
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    const problems = await page.evaluate(layoutProblems);
    found.push(...problems.map((problem) => `${width}: ${problem}`));
  }
  if (before !== null) await page.setViewportSize(before);
  return found;
}

describe('nothing overlaps, is cut off, or is smaller than 11 pixels, at up to nine sizes', () => {
  for (const [waves, probes, alphabet, length] of [
    [1, 1, 'Latin', 1],
    [8, 50, 'CJK', 120],
    [200, 1, 'Arabic', 120],
    [8, 50, 'Latin', 120],
  ] as const) {
    test(`with ${waves} waves, ${probes} probes, and names of ${length} ${alphabet} characters`, async ({ page }) => {
      await drop(page, { 'run.json': runOf(waves, probes, alphabet, length) });
      await page.getByTestId('run-outcome').waitFor();
      const wanted = alphabet === 'CJK' ? sizes : BY_DAY;
      expect(await problemsAtSizes(page, wanted), 'the film').toEqual([]);
      await page.keyboard.press('f');
      await page.keyboard.press('x');
      await page.keyboard.press('+');
      await page.getByRole('listbox').focus();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('z');
      expect(await problemsAtSizes(page, wanted), 'a host, zoomed').toEqual([]);
      await page.keyboard.press('2');
      expect(await problemsAtSizes(page, wanted), 'the log').toEqual([]);
      await page.getByRole('listbox').focus();
      await page.keyboard.press('Enter');
      await page.getByTestId('host-strip').waitFor();
      expect(await problemsAtSizes(page, wanted), 'the chart').toEqual([]);
    });
  }

  test('with two runs on one clock', async ({ page }) => {
    await drop(page, { 'a.json': runOf(8, 1, 'Latin', 120), 'b.json': runOf(3, 1, 'Arabic', 120) });
    await page.getByTestId('divergence').waitFor();
    await page.getByRole('button', { name: 'Go there' }).click();
    expect(await problemsAtSizes(page, BY_DAY)).toEqual([]);
    const before = page.viewportSize();
    await page.setViewportSize({ width: 390, height: 844 });
    const markers = page.getByRole('toolbar', { name: /Markers/ }).getByRole('button');
    const overlaps = () =>
      markers.evaluateAll((buttons) => {
        const boxes = buttons.map((button) => button.getBoundingClientRect());
        return boxes.filter(({ right }, at) => right > (boxes[at + 1]?.left ?? right)).length;
      });
    await expect.poll(overlaps, { message: 'the markers of both runs overlapped' }).toBe(0);
    expect(await markers.count()).toBeGreaterThan(2);
    if (before !== null) await page.setViewportSize(before);
  });

  test('of the example fleet: a phone cut off how many hosts a wave has and the theme, and left the cells half empty', async ({
    page,
  }) => {
    await drop(page, { 'fleet.resolved.json': readText('examples/fleets/harbor.json') });
    await page.getByTestId('run-outcome').waitFor();
    expect(await problemsAtSizes(page, sizes)).toEqual([]);
    const before = page.viewportSize();
    await page.setViewportSize({ width: 390, height: 844 });
    expect((await page.getByRole('combobox', { name: 'Theme' }).boundingBox())?.width).toBeGreaterThan(100);
    const heightOf = async (selector: string) => (await page.locator(selector).boundingBox())?.height ?? 0;
    await expect.poll(async () => (await heightOf('.cells-area')) - (await heightOf('.cells'))).toBe(0);
    if (before !== null) await page.setViewportSize(before);
  });

  test('in the views of the machine', async ({ page }) => {
    for (const view of ['Chart', 'Table', 'Paths'] as const) {
      await goTo(page, view);
      expect(await problemsAtSizes(page, view === 'Chart' ? sizes : BY_DAY), view).toEqual([]);
    }
  });
});
