import { useEffect, useMemo, useRef, useState } from 'react';
import { holdingsInSteps, Moment, rootCauses, type RunHistory } from '../../../simulator/index.ts';
import { inSlices } from './slices.ts';

const EVERY_MS = 100;
/** The share of the time for drawing what follows the moment. If drawing is expensive, it follows less often. */
const SHARE = 1 / 6;

/** Computes what the lists and the verdict need. The moment caches it. */
function* lookAt(moment: Moment): Generator<void> {
  yield* holdingsInSteps(moment);
  rootCauses(moment);
  yield;
}

/**
 * The moment of a run for its lists, which need not follow every frame: at most ten times a second, always including
 * the last moment. A hundred thousand hosts are processed in slices, so the film keeps playing.
 */
export function useMoment(history: RunHistory, time: number): Moment {
  const [shown, setShown] = useState<Moment | null>(null);
  // Computed immediately for a newly opened run, whatever the cost.
  const first = useMemo(() => new Moment(history, time), [history]);
  const moment = shown?.history === history ? shown : first;
  const wanted = useRef(moment);
  const isAtWork = useRef(false);
  const left = useRef(new AbortController());
  const shownAt = useRef(0);
  const tookMs = useRef(0);

  useEffect(() => {
    // Everything that follows the moment has been drawn by now.
    if (shownAt.current > 0) tookMs.current = performance.now() - shownAt.current;
  }, [moment]);

  useEffect(() => {
    if (wanted.current.history === history && wanted.current.time === time) return;
    wanted.current = new Moment(history, time);
    if (!isAtWork.current) schedule();

    function schedule(): void {
      isAtWork.current = true;
      const wait = shownAt.current + Math.max(EVERY_MS, tookMs.current / SHARE) - performance.now();
      setTimeout(begin, wait);
    }
    function begin(): void {
      const next = wanted.current;
      inSlices(lookAt(next), left.current.signal, () => {
        isAtWork.current = false;
        shownAt.current = performance.now();
        setShown(next);
        if (wanted.current !== next) schedule();
      });
    }
  }, [history, time]);

  useEffect(() => () => left.current.abort(), []);
  return moment;
}
