import { useEffect, useMemo, useRef, useState } from 'react';
import { holdingsInSteps, Moment, type RunHistory } from '../../../simulator/index.ts';

const EVERY_MS = 100;
/** Drawing what follows the moment may take this share of the time: where it is expensive, it follows less often. */
const SHARE = 1 / 6;
/** The part of a frame that may be spent on looking at hosts. */
const SLICE_MS = 5;

/**
 * The moment of a run for its lists, which need not follow every frame: at most ten times a second, the last one
 * included. A hundred thousand hosts are looked at in slices, so that the film goes on meanwhile.
 */
export function useMoment(history: RunHistory, time: number): Moment {
  const [shown, setShown] = useState<Moment | null>(null);
  // Right at once for a run that was just opened, whatever it costs.
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  const first = useMemo(() => new Moment(history, time), [history]);
  const moment = shown?.history === history ? shown : first;
  const wanted = useRef(moment);
  const work = useRef<ReturnType<typeof setTimeout> | null>(null);
  const shownAt = useRef(0);
  const tookMs = useRef(0);

  useEffect(() => {
    // Everything that follows the moment has been drawn by now.
    if (shownAt.current > 0) tookMs.current = performance.now() - shownAt.current;
  }, [moment]);

  useEffect(() => {
    if (wanted.current.history === history && wanted.current.time === time) return;
    wanted.current = new Moment(history, time);
    if (work.current === null) schedule();

    function schedule(): void {
      const wait = shownAt.current + Math.max(EVERY_MS, tookMs.current / SHARE) - performance.now();
      if (wait <= 0) begin();
      else work.current = setTimeout(begin, wait);
    }
    function begin(): void {
      const next = wanted.current;
      proceed(next, holdingsInSteps(next));
    }
    function proceed(next: Moment, steps: Generator<void>): void {
      const until = performance.now() + SLICE_MS;
      while (steps.next().done !== true) {
        if (performance.now() < until) continue;
        work.current = setTimeout(() => proceed(next, steps));
        return;
      }
      work.current = null;
      shownAt.current = performance.now();
      setShown(next);
      if (wanted.current !== next) schedule();
    }
  }, [history, time]);

  useEffect(
    () => () => {
      if (work.current !== null) clearTimeout(work.current);
      work.current = null;
    },
    [],
  );
  return moment;
}
