import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright';

export type ColorScheme = 'light' | 'dark';

/**
 * Accessibility problems of the page or a part of it. Only colours depend on the scheme, so in the dark only they are
 * checked.
 */
export async function violations(
  page: Page,
  scheme: ColorScheme,
  part = 'body',
  without = ':not(*)',
): Promise<readonly string[]> {
  // Axe stays in the page, and takes about as long to load as to search.
  const isLoaded = await page.evaluate(() => 'axe' in globalThis);
  const builder = new AxeBuilder(isLoaded ? { page, axeSource: 'undefined' } : { page });
  // The legacy mode needs no second page to collect the results of frames, of which there are none.
  const axe = builder.include(part).exclude(without).setLegacyMode(true);
  const runOnly = scheme === 'dark' ? { runOnly: ['color-contrast'] } : {};
  const { violations: found } = await axe.options({ resultTypes: ['violations'], ...runOnly }).analyze();
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary ?? ''}`),
  );
}
