import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Film } from '../../film/film.ts';
import { isBad } from '../../film/looks.ts';
import { filmMsAt, paceOf, paceSkipping, runMsAt } from '../../film/pace.ts';
import type { FilmOfRun } from '../../film/film-of-run.ts';
import type { AxisControl } from './use-time-axis.ts';
import { useKeys } from '../use-keys.ts';

/** The length of the whole run's film in milliseconds; 0 plays it in real time. */
export const filmLengths: readonly number[] = [15_000, 30_000, 60_000, 180_000, 0];
const DEFAULT_LENGTH = 30_000;

/** The displayed moment. It moves while playing. It starts at the end unless another moment is given. */
export function useClock(
  film: Film,
  endRunMs: number,
  { axis, isSkippingSoaks }: Pick<AxisControl, 'axis' | 'isSkippingSoaks'>,
  begin: number | null,
) {
  const [beginRunMs, untilRunMs] = axis.range;
  const [time, show] = useState(Math.min(begin ?? endRunMs, endRunMs));
  const [isPlaying, setPlaying] = useState(false);
  const [length, setLength] = useState<number>(DEFAULT_LENGTH);
  const pace = useMemo(
    () => (length === 0 ? paceSkipping(axis.range, axis.gaps) : paceOf(film, axis.range, length, isSkippingSoaks)),
    [film, axis, length, isSkippingSoaks],
  );
  const now = useRef(time);
  now.current = time;
  /** The position in the film. Run time is not enough, because it pauses while a failure is held. */
  const filmNow = useRef(0);

  const place = useCallback(
    (runMs: number) => {
      filmNow.current = filmMsAt(pace, runMs);
      show(runMs);
    },
    [pace],
  );
  const setTime = useCallback(
    (next: number | ((old: number) => number)) => {
      const wanted = typeof next === 'function' ? next(now.current) : next;
      place(Math.min(endRunMs, Math.max(0, wanted)));
    },
    [endRunMs, place],
  );

  useEffect(() => {
    if (!isPlaying) return undefined;
    place(now.current);
    let last = performance.now();
    let frame = requestAnimationFrame(function tick(at) {
      filmNow.current += Math.max(0, at - last);
      last = at;
      show(runMsAt(pace, filmNow.current));
      frame = requestAnimationFrame(tick);
    });
    return () => cancelAnimationFrame(frame);
  }, [isPlaying, pace, place]);

  useEffect(() => {
    if (isPlaying && time >= untilRunMs) setPlaying(false);
  }, [isPlaying, time, untilRunMs]);

  // Follows a run in progress, unless the user looks at another moment.
  const endBefore = useRef(endRunMs);
  useEffect(() => {
    if (now.current >= endBefore.current) show(endRunMs);
    endBefore.current = endRunMs;
  }, [endRunMs]);

  const toggle = useCallback(() => {
    if (!isPlaying && now.current >= untilRunMs) show(beginRunMs);
    setPlaying(!isPlaying);
  }, [isPlaying, beginRunMs, untilRunMs]);
  return { time, setTime, isPlaying, toggle, length, setLength };
}

export type RunClock = ReturnType<typeof useClock>;

const JUMP_PARTS = 20;

/** The keys of a film, as in video editors: Space, J K L, comma and period, F for the next failure, Home and End. */
export function useFilmKeys(
  { film, endRunMs }: Pick<FilmOfRun, 'film' | 'endRunMs'>,
  { setTime, toggle }: RunClock,
): void {
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
  useKeys({
    ' ': toggle,
    k: toggle,
    j: () => setTime((now) => now - endRunMs / JUMP_PARTS),
    l: () => setTime((now) => now + endRunMs / JUMP_PARTS),
    ',': () => setTime(previous),
    '.': () => setTime((now) => next(now, () => true)),
    f: () => setTime((now) => next(now, (change) => isBad(film.to[change] ?? 0))),
    Home: () => setTime(0),
    End: () => setTime(endRunMs),
  });
}
