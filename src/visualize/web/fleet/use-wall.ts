import { useCallback, useEffect, useState } from 'react';
import type { RunClock } from './use-clock.ts';

/** How long the end of the film stands before it begins again. */
const PAUSE_MS = 3_000;

/** The film alone on a dark screen, over and over, for a screen on the wall. Shift-F opens it, Escape closes it. */
export function useWall({ isPlaying, toggle }: RunClock): { readonly isWall: boolean; readonly open: () => void } {
  const [isWall, setWall] = useState(false);
  const open = useCallback(() => setWall(true), []);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof HTMLElement && /^(TEXTAREA|SELECT)$/.test(event.target.tagName);
      const isText = event.target instanceof HTMLInputElement && event.target.type !== 'range';
      if (event.key === 'F' && !isTyping && !isText && !event.ctrlKey && !event.metaKey) setWall(true);
      if (event.key === 'Escape') setWall(false);
    };
    globalThis.addEventListener('keydown', onKey);
    return () => globalThis.removeEventListener('keydown', onKey);
  }, []);
  useEffect(() => {
    if (!isWall) return undefined;
    const root = document.documentElement;
    const before = root.dataset['theme'];
    root.dataset['theme'] = 'dark';
    // Where the browser does not allow it, the film fills the window.
    root.requestFullscreen?.().catch(() => undefined);
    // Leaving full screen by the browser's own key leaves the wall too.
    const onFullscreen = () => document.fullscreenElement === null && setWall(false);
    document.addEventListener('fullscreenchange', onFullscreen);
    return () => {
      document.removeEventListener('fullscreenchange', onFullscreen);
      if (before === undefined) delete root.dataset['theme'];
      else root.dataset['theme'] = before;
      if (document.fullscreenElement !== null) void document.exitFullscreen();
    };
  }, [isWall]);
  useEffect(() => {
    if (!isWall || isPlaying) return undefined;
    const timer = setTimeout(toggle, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [isWall, isPlaying, toggle]);
  return { isWall, open };
}
