import type { Page } from 'playwright';

/** What the page shows of the record and the last event. */
export interface Shown {
  readonly state: string;
  readonly record: unknown;
  /** With all their fields; `null` if the last event was refused or there was none. */
  readonly effects: readonly unknown[] | null;
  readonly refusal: string | null;
  /** The event of every step, and whether it was refused. */
  readonly history: readonly { readonly event: string; readonly isRefused: boolean }[];
}

/** Reads everything from the visible elements. */
export const readShown = (page: Page): Promise<Shown> =>
  page.evaluate(() => {
    const find = (name: string) => document.querySelector(`[data-testid="${name}"]`);
    const textOf = (element: Element | null | undefined) => element?.textContent.trim() ?? '';
    const valueOf = (element: Element | null): unknown => JSON.parse(element?.getAttribute('data-value') ?? 'null');
    const rows = [...(find('record')?.querySelectorAll('tr') ?? [])];
    const record = rows.map((row) => [textOf(row.querySelector('th')), valueOf(row.querySelector('td'))] as const);
    const effects = [...(find('effects')?.children ?? [])].map((effect) => ({
      type: effect.getAttribute('data-effect'),
      ...Object.fromEntries(
        [...effect.querySelectorAll('dl > div')].map((field) => [
          textOf(field.querySelector('dt')),
          valueOf(field.querySelector('dd')),
        ]),
      ),
    }));
    const refusal = find('refusal');
    const steps = [...(find('history')?.children ?? [])].slice(1);
    return {
      state: textOf(find('present-state')?.querySelector('.state-badge')).replace(/^\S+\s+/, ''),
      record: Object.fromEntries(record),
      effects: find('effects') === null ? null : effects,
      refusal: refusal === null ? null : textOf(refusal),
      history: steps
        .filter((entry) => !entry.classList.contains('is-undone'))
        .map((entry) => ({
          event: textOf(entry.querySelector('code')),
          isRefused: entry.classList.contains('is-refused'),
        })),
    };
  });
