import { useEffect, useRef, useState } from 'react';

const EVERY_MS = 100;
/** What follows may take this share of the time: where it is expensive, it follows less often. */
const SHARE = 1 / 6;

/** A value that follows another at most ten times a second, the last change included: for lists that need not follow every frame. */
export function useThrottled<Value>(value: Value): Value {
  const [shown, setShown] = useState(value);
  const latest = useRef(value);
  const shownAt = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const tookMs = useRef(0);
  latest.current = value;
  useEffect(() => {
    // Everything that follows the value has been drawn by now.
    if (shownAt.current > 0) tookMs.current = performance.now() - shownAt.current;
  }, [shown]);
  useEffect(() => {
    if (timer.current !== null) return;
    const show = () => {
      timer.current = null;
      shownAt.current = performance.now();
      setShown(latest.current);
    };
    const wait = shownAt.current + Math.max(EVERY_MS, tookMs.current / SHARE) - performance.now();
    if (wait <= 0) show();
    else timer.current = setTimeout(show, wait);
  }, [value]);
  useEffect(
    () => () => {
      if (timer.current !== null) clearTimeout(timer.current);
    },
    [],
  );
  return shown;
}
