// Measures the built page in a real browser: its size, its first paint, and for fleets of four sizes how long a run takes to open, how
// many frames a second its film plays at, and the longest task while it plays.
//
//   node bench/page.mjs [--sizes 42,1000] [--run FILE]...   a run file is measured in place of a generated one of its size
import { readFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright';
import { fleetScenario, generateFleet } from '../dist/simulator/node.js';
import { recordRun } from '../dist/visualize/index.js';
import { findBrowser } from '../scripts/find-browser.mjs';

/** Hosts, and what the page is to reach: opened within so many seconds, frames a second at the median, and of the slowest 5 %. */
const GOALS = [
  { hosts: 42, openMs: 1000, medianFps: 60, slowFps: 30 },
  { hosts: 1_000, openMs: 1000, medianFps: 60, slowFps: 30 },
  { hosts: 10_000, openMs: 2000, medianFps: 60, slowFps: 30 },
  { hosts: 100_000, openMs: 4000, medianFps: 50, slowFps: 30 },
];
const LONGEST_TASK_MS = 100;
const PLAYED_MS = 10_000;
const PAINTS = 5;
/** A slow core is this much slower than the one that this runs on. */
const SLOWED = 2;

const { values } = parseArgs({
  options: { sizes: { type: 'string' }, run: { type: 'string', multiple: true, default: [] } },
});
const sizes = values.sizes?.split(',').map(Number) ?? (values.run.length > 0 ? [] : GOALS.map(({ hosts }) => hosts));
const pagePath = fileURLToPath(new URL('../dist/visualize/page/index.html', import.meta.url));
const page = readFileSync(pagePath, 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'nixfleet-bench-'));
const browser = await chromium.launch({ executablePath: findBrowser({ install: true }) });

const round = (value, digits = 0) => value.toFixed(digits);
const quantile = (numbers, share) =>
  numbers.toSorted((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))];

try {
  console.log(`Page          ${round(page.length / 1024)} KB, ${round(gzipSync(page).length / 1024)} KB compressed`);
  const [paint, slowed] = [await firstPaintMs(1), await firstPaintMs(SLOWED)];
  console.log(
    `First paint   ${round(paint)} ms until the chart is there, ${round(slowed)} ms on a core slowed ${SLOWED} times; medians of ${PAINTS}`,
  );
  for (const hosts of sizes) await measure(hosts, runFile(hosts));
  for (const file of values.run) {
    const { rollouts } = JSON.parse(readFileSync(file, 'utf8'));
    const count = rollouts.flatMap(({ waves }) => waves).reduce((sum, wave) => sum + wave.hosts.length, 0);
    await measure(count, file);
  }
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
  return quantile(times, 0.5);
}

function runFile(hosts) {
  const made = fleetScenario(generateFleet({ hosts, waves: 5, seed: 1 }), {
    ref: 'bench',
    closures: new Map(),
    newClosures: false,
  });
  if (!made.ok) throw new Error(made.problems[0]?.message);
  const file = join(folder, `run-${hosts}.json`);
  writeFileSync(file, JSON.stringify(recordRun(made.scenario)));
  return file;
}

/** Opens a run file as a person does, from the choice of the file to the first frame that shows it, and plays the film. */
async function measure(hosts, file) {
  const goal = GOALS.findLast((each) => each.hosts <= hosts) ?? GOALS[0];
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const tab = await context.newPage();
  await tab.goto(pathToFileURL(pagePath).href);
  await tab.locator('.chart .state').first().waitFor();
  await tab.evaluate(() => {
    globalThis.longTasks = [];
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) globalThis.longTasks.push({ startTime, duration });
    }).observe({ type: 'longtask' });
    const input = Object.assign(document.createElement('input'), { type: 'file', id: 'bench-file' });
    document.body.append(input);
  });
  await tab.locator('#bench-file').setInputFiles(file);
  const openMs = await tab.evaluate(async () => {
    const [opened] = document.getElementById('bench-file').files;
    const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([opened], 'run.json'));
    const start = performance.now();
    document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    while (document.querySelector('[data-testid="grid"]') === null) {
      const refusal = document.querySelector('.banner')?.textContent;
      if (refusal) throw new Error(refusal);
      await nextFrame();
    }
    await nextFrame();
    return performance.now() - start;
  });
  const { spans, tasks } = await tab.evaluate(async (playedMs) => {
    const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    // What opening the file left to do is not a part of playing.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const slider = document.querySelector('[data-testid="time"]');
    const value = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
    value.set.call(slider, '0');
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    await nextFrame();
    const playedFrom = performance.now();
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: ' ', bubbles: true }));
    const spans = [];
    let last = await nextFrame();
    while (last - playedFrom < playedMs) {
      const now = await nextFrame();
      spans.push(now - last);
      last = now;
    }
    return { spans, tasks: globalThis.longTasks.filter(({ startTime }) => startTime >= playedFrom) };
  }, PLAYED_MS);
  await context.close();
  const medianFps = 1000 / quantile(spans, 0.5);
  const slowFps = 1000 / quantile(spans, 0.95);
  const longest = Math.max(0, ...tasks.map(({ duration }) => duration));
  const misses = [
    // A screen of 60 Hz draws a frame every 16.7 ms, and its clock is not exact.
    ...(openMs > goal.openMs ? [`open ${goal.openMs} ms`] : []),
    ...(medianFps < goal.medianFps * 0.98 ? [`median ${goal.medianFps}/s`] : []),
    ...(slowFps < goal.slowFps ? [`p95 ${goal.slowFps}/s`] : []),
    ...(longest > LONGEST_TASK_MS ? [`task ${LONGEST_TASK_MS} ms`] : []),
  ];
  console.log(
    `${String(hosts).padStart(7)} hosts opened in ${round(openMs)} ms; played at ${round(medianFps)} frames/s at the median, ${round(slowFps)} at p95; longest task ${round(longest)} ms${misses.length === 0 ? '' : `; MISSED: ${misses.join(', ')}`}`,
  );
}
