// Measures the built page in a real browser: its size, its first paint, and how fast 10,000 hosts are scrubbed.
import { readFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright';
import { fleetScenario, generateFleet } from '../dist/simulator/node.js';
import { pageWithFile, recordRun } from '../dist/visualize/index.js';
import { findBrowser } from '../scripts/find-browser.mjs';

const HOSTS = 10_000;
const FRAMES = 300;
const PAINTS = 5;
/** A slow core is this much slower than the one that this runs on. */
const SLOWED = 2;

const pagePath = fileURLToPath(new URL('../dist/visualize/page/index.html', import.meta.url));
const page = readFileSync(pagePath, 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'nixfleet-bench-'));
const browser = await chromium.launch({ executablePath: findBrowser({ install: true }) });

const round = (value, digits = 0) => value.toFixed(digits);
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

try {
  console.log(`Page          ${round(page.length / 1024)} KB, ${round(gzipSync(page).length / 1024)} KB compressed`);
  const [paint, slowed] = [await firstPaintMs(1), await firstPaintMs(SLOWED)];
  console.log(
    `First paint   ${round(paint)} ms until the chart is there, ${round(slowed)} ms on a core slowed ${SLOWED} times; medians of ${PAINTS}`,
  );
  const { framesPerSecond, slowest } = await scrub();
  console.log(
    `Scrubbing     ${round(framesPerSecond)} frames/s over ${HOSTS} hosts, slowest of 20 frames ${round(slowest, 1)} ms`,
  );
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}

/** From the start of the navigation to the first frame in which the chart stands. */
async function firstPaintMs(slowed) {
  const times = [];
  for (let paint = 0; paint < PAINTS; paint += 1) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const tab = await context.newPage();
    const devTools = await context.newCDPSession(tab);
    await devTools.send('Emulation.setCPUThrottlingRate', { rate: slowed });
    await tab.goto(pathToFileURL(pagePath).href);
    await tab.locator('.chart .state').first().waitFor();
    times.push(
      await tab.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN),
    );
    await context.close();
  }
  return median(times);
}

/** Moves the time line by a little in every frame, as a hand does, and counts the frames that the browser draws. */
async function scrub() {
  const made = fleetScenario(generateFleet({ hosts: HOSTS, waves: 5, seed: 1 }), {
    ref: 'bench',
    closures: new Map(),
    newClosures: false,
  });
  if (!made.ok) throw new Error(made.problems[0]?.message);
  const file = join(folder, 'run.html');
  writeFileSync(file, pageWithFile(page, JSON.stringify(recordRun(made.scenario))));
  const tab = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await tab.goto(pathToFileURL(file).href);
  await tab.getByTestId('time').waitFor();
  return tab.evaluate(async (frames) => {
    const slider = document.querySelector('[data-testid="time"]');
    // React listens for the change of the value below the property that it has put over it.
    const value = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
    const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const spans = [];
    let last = await nextFrame();
    const start = last;
    for (let frame = 0; frame < frames; frame += 1) {
      value.set.call(slider, String(Math.round((Number(slider.max) * frame) / frames)));
      slider.dispatchEvent(new Event('input', { bubbles: true }));
      const now = await nextFrame();
      spans.push(now - last);
      last = now;
    }
    spans.sort((a, b) => b - a);
    return { framesPerSecond: (1000 * frames) / (last - start), slowest: spans[Math.floor(frames / 20)] };
  }, FRAMES);
}
