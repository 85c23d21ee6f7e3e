import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { Moment, verdictOf, verdictWords } from '../../src/simulator/index.ts';
import { formatClock } from '../../src/text/index.ts';
import { recordRun } from '../../src/visualize/run-file/record-run.ts';
import { demoScenario } from '../../src/visualize/web/fleet/demo-scenario.ts';
import { repositoryRoot } from '../support/repository.ts';
import { shownRun } from '../support/shown-run.ts';
import { test } from './support/browser-page.ts';

const module = readFileSync(join(repositoryRoot, 'dist/visualize/elements/index.js'), 'utf8');
const file = recordRun(
  demoScenario({ hosts: 50, waves: 3, seed: 4, onHealthFailure: 'rollback-and-halt', trouble: 'none' }),
);
const { history } = shownRun(file);

describe('the elements', () => {
  test('draw a run and a chart in a foreign page, without styles outside of them', async ({ open }) => {
    const page = await open();
    const stylesBefore = await page.evaluate(() => document.styleSheets.length + document.adoptedStyleSheets.length);
    await page.addScriptTag({ type: 'module', content: module });
    await page.evaluate(() => {
      document.body.innerHTML =
        '<rollout-film style="width:900px"></rollout-film><host-rollout-chart state="Soaking" theme="dark"></host-rollout-chart>';
    });
    await page.waitForFunction(() => customElements.get('rollout-film') !== undefined);
    const film = page.locator('rollout-film');
    const moments: unknown = await film.evaluate((element, text) => {
      const heard: unknown[] = [];
      element.addEventListener('timechange', (event) => heard.push((event as CustomEvent).detail));
      // Safe: the DOM's types do not include these elements.
      const own = element as unknown as { load: (text: string) => void; time: number };
      own.load(text);
      own.time = 300_000;
      return heard;
    }, JSON.stringify(file));
    expect(moments).toEqual([300_000]);
    const sentence = verdictWords(verdictOf(new Moment(history, 300_000)), formatClock);
    expect(await film.locator('.verdict').textContent()).toBe(sentence);
    expect(await film.locator('time').textContent()).toBe('5:00');
    await film.getByRole('button', { name: 'Play' }).click();
    await expect.poll(() => film.locator('time').textContent()).not.toBe('5:00');
    await film.getByRole('button', { name: 'Pause' }).click();
    const chart = page.locator('host-rollout-chart');
    expect(await chart.locator('.present').count()).toBe(1);
    await chart.evaluate((element) => element.setAttribute('state', 'Converged'));
    expect(await chart.locator('.present').count()).toBe(1);
    const stylesAfter = await page.evaluate(() => document.styleSheets.length + document.adoptedStyleSheets.length);
    expect(stylesAfter).toBe(stylesBefore);
  });

  test('say in place what cannot be read', async ({ open }) => {
    const page = await open();
    await page.addScriptTag({ type: 'module', content: module });
    await page.evaluate(() => {
      document.body.innerHTML = '<rollout-film></rollout-film>';
    });
    const film = page.locator('rollout-film');
    await film.evaluate((element) => (element as unknown as { load: (text: string) => void }).load('{'));
    await film.getByText('This is not a run file').waitFor();
  });
});
