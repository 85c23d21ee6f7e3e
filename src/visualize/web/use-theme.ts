import { useEffect, useState } from 'react';

export type ThemeChoice = 'auto' | 'light' | 'dark';

/** Light, dark, or as the system has it. Not remembered: a file opened from disk has nowhere to put it. */
export function useTheme() {
  const [theme, setTheme] = useState<ThemeChoice>('auto');
  useEffect(() => {
    if (theme === 'auto') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  return { theme, setTheme };
}
