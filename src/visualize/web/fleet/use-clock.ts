import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Film } from '../../film/film.ts';
import { filmMsAt, paceOf, runMsAt } from '../../film/pace.ts';

/** How long the film of the whole run is, in milliseconds; 0 plays it in real time. */
export const filmLengths = [15_000, 30_000, 60_000, 180_000, 0] as const;
const DEFAULT_LENGTH = 30_000;

/** The moment that is shown. It moves by itself while it plays. It begins at the end unless another moment is given. */
export function useClock(film: Film, endRunMs: number, begin: number | null) {
  const [time, show] = useState(Math.min(begin ?? endRunMs, endRunMs));
  const [isPlaying, setPlaying] = useState(false);
  const [length, setLength] = useState<number>(DEFAULT_LENGTH);
  const pace = useMemo(() => (length === 0 ? null : paceOf(film, endRunMs, length)), [film, endRunMs, length]);
  const now = useRef(time);
  now.current = time;
  /** The moment of the film. The run stands still while a failure is held, so its own time is not enough. */
  const filmNow = useRef(0);

  const place = useCallback(
    (runMs: number) => {
      filmNow.current = pace === null ? runMs : filmMsAt(pace, runMs);
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
      show(Math.min(endRunMs, pace === null ? filmNow.current : runMsAt(pace, filmNow.current)));
      frame = requestAnimationFrame(tick);
    });
    return () => cancelAnimationFrame(frame);
  }, [isPlaying, pace, endRunMs, place]);

  useEffect(() => {
    if (isPlaying && time >= endRunMs) setPlaying(false);
  }, [isPlaying, time, endRunMs]);

  const toggle = useCallback(() => {
    if (!isPlaying && now.current >= endRunMs) show(0);
    setPlaying(!isPlaying);
  }, [isPlaying, endRunMs]);
  return { time, setTime, isPlaying, toggle, length, setLength };
}

export type RunClock = ReturnType<typeof useClock>;
