import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright';

export type ColorScheme = 'light' | 'dark';

/**
 * What is wrong with the page, or with a part of it, for people who cannot see it, or do not use a mouse. Only colours
 * depend on the scheme, so in the dark only they are looked at.
 */
export async function violations(
  page: Page,
  scheme: ColorScheme,
  part = 'body',
  without = ':not(*)',
): Promise<readonly string[]> {
  // The legacy mode needs no second page to gather what frames have to say, and there are no frames here.
  const axe = new AxeBuilder({ page }).include(part).exclude(without).setLegacyMode(true);
  const runOnly = scheme === 'dark' ? { runOnly: ['color-contrast'] } : {};
  const { violations: found } = await axe.options({ resultTypes: ['violations'], ...runOnly }).analyze();
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary ?? ''}`),
  );
}
