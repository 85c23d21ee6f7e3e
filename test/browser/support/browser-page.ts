import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { expect, inject, test as base } from 'vitest';
import { linkOfSession, sessionOfLink } from '../../../src/visualize/play/link.ts';
import { newSession } from '../../../src/visualize/play/session.ts';
import { repositoryRoot } from '../../support/repository.ts';

/** The built page, opened from disk. */
export const pageUrl: string = pathToFileURL(join(repositoryRoot, 'dist/visualize/page/index.html')).href;

/** Opens the page or another file, and waits for its view. */
export type OpenPage = (options?: BrowserContextOptions & { readonly url?: string }) => Promise<Page>;

interface Fixtures {
  readonly browser: Browser;
  readonly open: OpenPage;
  readonly shared: Watched;
  /** The page shared by a test file, whose runs are closed before each test, which is cheaper than a new page. */
  readonly page: Page;
}

/** A page that must not log errors or warnings, leave errors uncaught, or use a network. */
interface Watched {
  readonly page: Page;
  readonly complaints: string[];
}

/**
 * Chromium would load its own pages into each window, for the popup of an address bar that nobody sees: most of what a
 * window costs. The others are the part of Playwright's list, replaced by this one, that keeps Chromium off networks.
 */
const LEFT_OUT = [
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'HttpsUpgrades',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PreconnectToSearch',
];

const fresh = `#${linkOfSession('chart', newSession)}`;

async function watchedPage(
  browser: Browser,
  { url = pageUrl, ...options }: BrowserContextOptions & { readonly url?: string },
): Promise<Watched> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    permissions: ['clipboard-read', 'clipboard-write'],
    ...options,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  const own = url.startsWith('http:') ? new URL(url).origin : 'file:';
  if (own === 'file:') await context.setOffline(true);
  // A busy machine is slow, not wrong.
  page.setDefaultTimeout(60_000);
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    const asked = request.url();
    if (!asked.startsWith(own) && !/^(?:data|blob):/.test(asked)) complaints.push(`asked for ${asked}`);
  });
  await page.goto(url);
  await page.locator('main > *').first().waitFor();
  return { page, complaints };
}

/**
 * A test with a browser. The page must not log errors or warnings, leave errors uncaught, or use a network, which is
 * cut off.
 */
export const test = base.extend<Fixtures>({
  browser: [
    // Vitest reads the needs of a fixture from its first parameter.
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const args = [`--disable-features=${LEFT_OUT.join(',')}`];
      const browser = await chromium.launch({ executablePath: inject('browserPath'), args });
      await use(browser);
      await browser.close();
    },
    { scope: 'worker' },
  ],
  open: async ({ browser }, use) => {
    const opened: Watched[] = [];
    await use(async (options = {}) => {
      const watched = await watchedPage(browser, options);
      opened.push(watched);
      return watched.page;
    });
    await Promise.all(opened.map(({ page }) => page.context().close()));
    expect(opened.flatMap(({ complaints }) => complaints)).toEqual([]);
  },
  shared: [
    async ({ browser }, use) => {
      const watched = await watchedPage(browser, { reducedMotion: 'reduce' });
      await use(watched);
      await watched.page.context().close();
    },
    { scope: 'file' },
  ],
  page: async ({ shared: { page, complaints } }, use) => {
    await forgetRuns(page);
    await page.evaluate((hash) => {
      location.hash = hash;
    }, fresh);
    await page.getByTestId('present-state').getByText('Pending').waitFor();
    await use(page);
    expect(complaints.splice(0)).toEqual([]);
  },
});

/**
 * A new address leaves runs open that it does not mention, so they are closed. If a test leaves more behind than runs,
 * the page is loaded again, which takes far longer.
 */
async function forgetRuns(page: Page): Promise<void> {
  // The page writes a run into its address only a moment after showing it.
  const isMarked = await page.evaluate((mark) => mark in document.body.dataset, MAY_SHOW_RUNS);
  if (!isMarked && isWithoutRuns(page.url())) return;
  if (await page.evaluate(closeRuns, MAY_SHOW_RUNS)) {
    await page.waitForURL(({ href }) => isWithoutRuns(href));
    return;
  }
  await page.goto('about:blank');
  await page.goto(pageUrl);
  await page.locator('main > *').first().waitFor();
}

function isWithoutRuns(url: string): boolean {
  const link = sessionOfLink(new URL(url).hash);
  return link.ok && link.value.runs.length === 0;
}

/** Runs in the page. Closes the runs like a user, unless there is something else that a test has left. */
async function closeRuns(mark: string): Promise<boolean> {
  const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)];
  const goTo = (view: string) =>
    all('nav button')
      .find(({ textContent }) => textContent === view)
      ?.click();
  goTo('Rollouts');
  // React renders after the script that clicks.
  await Promise.resolve();
  const closing = all('.run-head [aria-label^="Close "]');
  const isAlone = all('.which').length === 0;
  if (closing.length !== (isAlone ? 1 : 2) || all('.banner, .scenario, dialog').length > 0) return false;
  for (const button of closing) button.click();
  // Without a break, because the page opens its example when this view is empty.
  goTo('Chart');
  delete document.body.dataset[mark];
  return true;
}

const MAY_SHOW_RUNS = 'mayShowRuns';

async function markRuns(page: Page): Promise<void> {
  await page.evaluate((mark) => {
    document.body.dataset[mark] = '';
  }, MAY_SHOW_RUNS);
}

export const views = ['Chart', 'Table', 'Paths', 'Rollouts'] as const;

/** Goes to a view, like a user. */
export async function goTo(page: Page, view: (typeof views)[number]): Promise<void> {
  if (view === 'Rollouts') await markRuns(page);
  await page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: view }).click();
}

/** Opens the form for the next run. */
export async function openRunMenu(page: Page): Promise<void> {
  await page.locator('summary', { hasText: 'New run' }).click();
}

/** Selects one of a few visible options. */
export async function choose(page: Page, group: string, option: string): Promise<void> {
  await page.getByRole('radiogroup', { name: group }).getByRole('radio', { name: option, exact: true }).check();
}

/** The text copied last. */
export const copied = (page: Page): Promise<string> => page.evaluate(() => navigator.clipboard.readText());

/** Drops files on the middle of the page, as from a file manager. */
export async function drop(page: Page, files: Readonly<Record<string, string>>): Promise<void> {
  await markRuns(page);
  await page.evaluate((named) => {
    const dataTransfer = new DataTransfer();
    for (const [name, text] of Object.entries(named)) dataTransfer.items.add(new File([text], name));
    const target = document.elementFromPoint(innerWidth / 2, innerHeight / 2) ?? document.body;
    for (const type of ['dragenter', 'dragover', 'drop']) {
      target.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    }
  }, files);
}
