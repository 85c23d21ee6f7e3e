import { tints, type Theme } from '../../chart-style.ts';

/** The theme of an element: its attribute, or the system's preference. */
export function themeOf(element: HTMLElement): Theme {
  const asked = element.getAttribute('theme');
  if (asked === 'light' || asked === 'dark') return asked;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

/** Calls back when the system's preference changes. Returns a function that stops this. */
export function onThemeChange(act: () => void): () => void {
  const query = matchMedia('(prefers-color-scheme: dark)');
  query.addEventListener('change', act);
  return () => query.removeEventListener('change', act);
}

/** The background, text and lines of a theme, as custom properties of an element's shadow root. */
export const groundStyle = (theme: Theme): string => {
  const { ground, text, muted, border, card, effectText } = tints[theme];
  return `:host{--ground:${ground};--text:${text};--muted:${muted};--border:${border};--card:${card};--accent:${effectText}}`;
};
