import { tints, type Theme } from '../../chart-style.ts';

/** The theme that an element is drawn in: its own attribute, or what the system prefers. */
export function themeOf(element: HTMLElement): Theme {
  const asked = element.getAttribute('theme');
  if (asked === 'light' || asked === 'dark') return asked;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

/** Calls back when what the system prefers changes; gives what ends that. */
export function onThemeChange(act: () => void): () => void {
  const query = matchMedia('(prefers-color-scheme: dark)');
  query.addEventListener('change', act);
  return () => query.removeEventListener('change', act);
}

/** The ground, text and lines of a theme, as custom properties of an element's own shadow. */
export const groundStyle = (theme: Theme): string => {
  const { ground, text, muted, border, card, effectText } = tints[theme];
  return `:host{--ground:${ground};--text:${text};--muted:${muted};--border:${border};--card:${card};--accent:${effectText}}`;
};
