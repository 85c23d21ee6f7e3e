import { useEffect, useMemo, useState } from 'react';
import { hostStates } from '../../../machine/index.ts';
import { looks } from '../../film/looks.ts';
import type { Colours } from './colours.ts';

/** Reads the theme, and again when it changes. */
export function useColours(): Colours {
  const [theme, setTheme] = useState(0);
  useEffect(() => {
    const update = () => setTheme((old) => old + 1);
    const observer = new MutationObserver(update);
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', update);
    update();
    return () => {
      observer.disconnect();
      dark.removeEventListener('change', update);
    };
  }, []);
  return useMemo(readColours, [theme]);
}

function readColours(): Colours {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    fills: looks.map((_, look) => (look === 0 ? '' : read(`--fill-${hostStates[look - 1]}`))),
    inks: looks.map((_, look) => (look === 0 ? '' : read(`--ink-${hostStates[look - 1]}`))),
    border: read('--border'),
    text: read('--text'),
    muted: read('--muted'),
    card: read('--card'),
    bad: read('--fill-Failed'),
    flash: read('--card'),
  };
}
