import { chromium, type Browser, type Page } from 'playwright';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { expect, inject, test as base } from 'vitest';
import { linkOfSession, sessionOfLink } from '../../../src/visualize/play/link.ts';
import { newSession } from '../../../src/visualize/play/session.ts';
import { repositoryRoot } from '../../support/repository.ts';

/** The built page, opened from disk. */
export const pageUrl: string = pathToFileURL(join(repositoryRoot, 'dist/visualize/page/index.html')).href;

/** Opens the page, or the one at a URL, as in a new browser, and waits for its view. */
export type OpenPage = (options?: { readonly url?: string }) => Promise<Page>;

interface Fixtures {
  readonly browser: Browser;
  /** Windows that no test is using. */
  readonly idle: Window[];
  readonly open: OpenPage;
  readonly shared: Window;
  /** The page shared by a test file, reloaded for each test. */
  readonly page: Page;
}

/** A window whose page must not log errors or warnings, leave errors uncaught, or use a network. */
interface Window {
  readonly page: Page;
  readonly complaints: string[];
  /** What its page may load: the files of its server, or local files. */
  origin: string;
}

const fresh = `#${linkOfSession('chart', newSession)}`;

async function newWindow(browser: Browser): Promise<Window> {
  const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
  const page = await context.newPage();
  const window: Window = { page, complaints: [], origin: '' };
  const { complaints } = window;
  // A busy machine is slow, not wrong.
  page.setDefaultTimeout(60_000);
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    const asked = request.url();
    if (!asked.startsWith(window.origin) && !/^(?:data|blob|about):/.test(asked)) complaints.push(`asked for ${asked}`);
  });
  return window;
}

/** Opens a page in an idle window or a new one. It is offline, unless a server has the page. */
async function openIn(
  { browser, idle }: Pick<Fixtures, 'browser' | 'idle'>,
  url: string,
  reducedMotion: 'reduce' | 'no-preference',
): Promise<Window> {
  const window = idle.pop() ?? (await newWindow(browser));
  const { page } = window;
  const isServed = url.startsWith('http:');
  window.origin = isServed ? new URL(url).origin : 'file:';
  await page.context().setOffline(!isServed);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ media: null, colorScheme: 'light', reducedMotion });
  await page.goto(url);
  await page.locator('main > *').first().waitFor();
  return window;
}

/** Empties a window for the next test, because a new one costs three times as much as a page load. */
async function release(idle: Window[], window: Window): Promise<void> {
  const { page } = window;
  // A window keeps the clock that a test has given it.
  const isReusable = !page.isClosed() && (await page.evaluate(() => Date.name === 'Date'));
  if (!isReusable) {
    await page.context().close();
    return;
  }
  await page.goto('about:blank');
  const session = await page.context().newCDPSession(page);
  await session.send('Storage.clearDataForOrigin', { origin: 'file://', storageTypes: 'all' });
  await session.detach();
  idle.push(window);
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
      const browser = await chromium.launch({ executablePath: inject('browserPath') });
      await use(browser);
      await browser.close();
    },
    { scope: 'worker' },
  ],
  // eslint-disable-next-line no-empty-pattern
  idle: [async ({}, use) => use([]), { scope: 'worker' }],
  open: async ({ browser, idle }, use) => {
    const opened: Window[] = [];
    await use(async ({ url = pageUrl } = {}) => {
      const window = await openIn({ browser, idle }, url, 'no-preference');
      opened.push(window);
      return window.page;
    });
    for (const window of opened) await release(idle, window);
    expect(opened.flatMap(({ complaints }) => complaints.splice(0))).toEqual([]);
  },
  shared: [
    async ({ browser, idle }, use) => {
      const window = await openIn({ browser, idle }, pageUrl, 'reduce');
      await use(window);
      await release(idle, window);
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
 * A new address leaves runs open that it does not mention, and the page writes a run into its address only a moment
 * after showing it. So a page that may show a run is reloaded.
 */
async function forgetRuns(page: Page): Promise<void> {
  const link = sessionOfLink(new URL(page.url()).hash);
  const isMarked = await page.evaluate((mark) => mark in document.body.dataset, MAY_SHOW_RUNS);
  if (!isMarked && link.ok && link.value.runs.length === 0) return;
  await page.goto('about:blank');
  await page.goto(pageUrl);
  await page.locator('main > *').first().waitFor();
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
