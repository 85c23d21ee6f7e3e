import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordRun } from '../../src/visualize/run-file/record-run.ts';
import { demoScenario } from '../../src/visualize/web/fleet/demo-scenario.ts';
import { repositoryRoot } from '../support/repository.ts';
import { findCommand, startFirefox, startWebKit, type OtherBrowser } from './other-browser.ts';

// Firefox and WebKit run what the page is built of; `test/browser` tests the page itself, in Chromium.

const pageUrl = pathToFileURL(join(repositoryRoot, 'dist/visualize/page/index.html')).href;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const run = JSON.stringify(
  recordRun(
    demoScenario({ hosts: 60, waves: 3, seed: 9, onHealthFailure: 'rollback-and-halt', trouble: 'a few bad hosts' }),
  ),
);

/** Comes with WebKitGTK, in a folder that is named after its version and the machine. */
function findMiniBrowser(): string | null {
  const libraries = '/usr/lib';
  const folders = existsSync(libraries) ? readdirSync(libraries) : [];
  return (
    folders
      .flatMap((folder) =>
        ['4.1', '6.0', '4.0'].map((api) => join(libraries, folder, `webkit2gtk-${api}`, 'MiniBrowser')),
      )
      .find(existsSync) ?? null
  );
}

function firefox(): Promise<OtherBrowser> | string {
  const command = findCommand('firefox-esr', 'firefox');
  return command === null ? 'Firefox is not installed: install the package "firefox-esr".' : startFirefox(command);
}

function webKit(): Promise<OtherBrowser> | string {
  const [driver, xvfb, miniBrowser] = [findCommand('WebKitWebDriver'), findCommand('Xvfb'), findMiniBrowser()];
  return driver === null || xvfb === null || miniBrowser === null
    ? 'WebKit is not installed: install the packages "webkit2gtk-driver" and "xvfb".'
    : startWebKit(driver, xvfb, miniBrowser);
}

/** In the page: waits until there is an element with a text. */
const HELPERS = `
  const there = async (selector, isMeant = () => true) => {
    for (let tries = 0; tries < 600; tries += 1) {
      const element = [...document.querySelectorAll(selector)].find(isMeant);
      if (element) return element;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('There is no ' + selector);
  };`;

describe.each([
  ['Firefox', firefox],
  ['WebKit', webKit],
])('in %s', (_, start) => {
  let browser: OtherBrowser | null = null;
  let missing = '';
  beforeAll(async () => {
    const started = start();
    if (typeof started === 'string') {
      missing = started;
      return;
    }
    browser = await started;
    console.log(`The page is tested in ${browser.version}.`);
    await browser.open(pageUrl);
    await browser.resize(1440, 900);
    await inPage(`await there('.chart .state');
      window.complaints = [];
      addEventListener('error', ({ message }) => complaints.push(message));
      addEventListener('unhandledrejection', ({ reason }) => complaints.push(String(reason)));`);
  });
  afterAll(() => browser?.close());

  const inPage = (body: string, given?: unknown): Promise<unknown> => {
    if (browser === null) throw new Error(missing);
    return browser.run(HELPERS + body, given);
  };
  const inBrowser = (name: string, test: () => Promise<void>) =>
    it(name, async (context) => {
      if (browser === null) return context.skip(missing);
      await test();
      expect(await inPage('return complaints')).toEqual([]);
    });

  inBrowser('an event is taken, and another one refused with the reason', async () => {
    const press = `(await there('[data-event="' + given + '"]')).dispatchEvent(new MouseEvent('click', { bubbles: true }));`;
    const present = `return (await there('[data-testid="present-state"]', (it) => it.textContent.includes(given))).textContent`;
    await inPage(press, 'Pending.LocalActivate');
    expect(await inPage(present, 'Activating')).toContain('Activating');
    await inPage(press, 'Soaking.LocalConvergedReached');
    expect(
      await inPage(`return (await there('.outcome, .popover', (it) => /Refused/.test(it.textContent))).textContent`),
    ).toMatch(/Refused/);
  });

  inBrowser('the name of a choice stands beside what can be chosen', async () => {
    const boxes = await inPage(`return [...document.querySelectorAll('.segmented')].map((group) => {
      const [name, first] = [...group.children].map((part) => part.getBoundingClientRect());
      return name.right <= first.left + 1 && name.top < first.bottom && first.top < name.bottom;
    })`);
    expect(boxes).toEqual([true, true, true]);
  });

  inBrowser('a run that is dropped is shown, drawn, played and explained', async () => {
    await inPage(
      `const dataTransfer = new DataTransfer();
       dataTransfer.items.add(new File([given], 'run.json'));
       document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
       await there('[data-testid="grid"]');`,
      run,
    );
    expect(await inPage(`return (await there('[data-testid="verdict"]')).textContent`)).toMatch(
      / stopped at \d+:\d\d\. /,
    );
    // The river and the cells; above the cells there is something only while they flash.
    await inPage(`const isDrawn = (canvas) => {
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        return new Set(new Uint32Array(data.buffer)).size > 1;
      };
      await there('.river canvas', isDrawn);
      await there('[data-testid="grid"]', isDrawn);`);
    await inPage(`const slider = await there('[data-testid="time"]');
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(slider, '0');
      slider.dispatchEvent(new Event('input', { bubbles: true }));
      await there('[data-testid="time"]', ({ value }) => value === '0');
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: ' ', bubbles: true }));
      await there('[data-testid="time"]', ({ value }) => Number(value) > 60_000);
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'End', bubbles: true }));`);
    await inPage(`const failure = await there('[data-testid="failures"] button');
      failure.click();
      await there('[data-testid="host-detail"]');
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '2', bubbles: true }));
      await there('[data-testid="log"] .log-row');`);
  });

  inBrowser('axe finds no violation, and nothing is wider than the window', async () => {
    await inPage(
      `if (!window.axe) { const script = document.createElement('script'); script.textContent = given; document.head.append(script); }`,
      axe,
    );
    const violations = `const { violations } = await axe.run(document, { resultTypes: ['violations'] });
      return violations.map(({ id, nodes }) => [id, nodes[0].html])`;
    expect(await inPage(violations)).toEqual([]);
    await browser?.resize(600, 900);
    const overflow = `await new Promise((resolve) => setTimeout(resolve, 300));
      return document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth`;
    expect(await inPage(overflow)).toBe(0);
  });
});
