import { useEffect } from 'react';
import type { FilmOfRun } from './film-of-run.ts';
import { isBad } from '../../film/looks.ts';
import type { RunClock } from './use-clock.ts';

const JUMP_PARTS = 20;

/** The keys of a film, as in every editor: Space, J K L, comma and period, F for the next failure, Home and End. */
export function useFilmKeys(run: FilmOfRun, { setTime, toggle }: RunClock, isActive: boolean): void {
  useEffect(() => {
    if (!isActive) return undefined;
    const { film, endRunMs } = run;
    const next = (now: number, isWanted: (change: number) => boolean) => {
      for (let change = film.changesBy(now); change < film.times.length; change += 1) {
        if (isWanted(change)) return film.times[change] ?? now;
      }
      return now;
    };
    const previous = (now: number) => {
      for (let change = film.changesBy(now) - 1; change >= 0; change -= 1) {
        const runMs = film.times[change] ?? 0;
        if (runMs < now) return runMs;
      }
      return 0;
    };
    const keys: Readonly<Record<string, () => void>> = {
      ' ': toggle,
      k: toggle,
      j: () => setTime((now) => now - endRunMs / JUMP_PARTS),
      l: () => setTime((now) => now + endRunMs / JUMP_PARTS),
      ',': () => setTime(previous),
      '.': () => setTime((now) => next(now, () => true)),
      f: () => setTime((now) => next(now, (change) => isBad(film.to[change] ?? 0))),
      Home: () => setTime(0),
      End: () => setTime(endRunMs),
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || takesKeys(event.target, event.key)) return;
      const act = keys[event.key];
      if (act === undefined) return;
      event.preventDefault();
      act();
    };
    globalThis.addEventListener('keydown', onKey);
    return () => globalThis.removeEventListener('keydown', onKey);
  }, [run, setTime, toggle, isActive]);
}

/** Text fields take every key; a button takes Space, which presses it. */
function takesKeys(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return target.type !== 'range';
  if (/^(TEXTAREA|SELECT)$/.test(target.tagName)) return true;
  return key === ' ' && /^(BUTTON|SUMMARY|A)$/.test(target.tagName);
}
