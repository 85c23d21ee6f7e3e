import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { expect, inject, test as base } from 'vitest';
import { repositoryRoot } from '../../support/repository.ts';

/** The page as it is built, opened from disk. */
export const pageUrl: string = pathToFileURL(join(repositoryRoot, 'dist/visualize/page/index.html')).href;

/** Opens the page, or another file, and hands it over when its view is there. */
export type OpenPage = (options?: BrowserContextOptions & { readonly url?: string }) => Promise<Page>;

interface Fixtures {
  readonly browser: Browser;
  readonly open: OpenPage;
}

/**
 * A test with a browser. Whatever a page does in it, nothing may be written to its console as an error or a warning,
 * nothing thrown and left uncaught, and nothing asked of any network, which is cut off.
 */
export const test = base.extend<Fixtures>({
  browser: [
    // Vitest reads what a fixture needs from its first parameter.
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const browser = await chromium.launch({ executablePath: inject('browserPath') });
      await use(browser);
      await browser.close();
    },
    { scope: 'file' },
  ],
  open: async ({ browser }, use) => {
    const pages: Page[] = [];
    const complaints: string[] = [];
    await use(async ({ url = pageUrl, ...options } = {}) => {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
      await context.setOffline(true);
      const page = await context.newPage();
      page.setDefaultTimeout(10_000);
      pages.push(page);
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('request', (request) => {
        if (!/^(?:file|data|blob):/.test(request.url())) complaints.push(`asked for ${request.url()}`);
      });
      await page.goto(url);
      await page.locator('main > *').first().waitFor();
      return page;
    });
    await Promise.all(pages.map((page) => page.context().close()));
    expect(complaints).toEqual([]);
  },
});

/** Goes to one of the views, as a person does. */
export async function goTo(page: Page, view: 'Chart' | 'Table' | 'Paths' | 'Fleet'): Promise<void> {
  await page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: view }).click();
}

/** Chooses one of a few, all of them in sight. */
export async function choose(page: Page, group: string, option: string): Promise<void> {
  await page.getByRole('group', { name: group }).getByRole('radio', { name: option, exact: true }).check();
}
