import { useEffect, useRef, useState } from 'react';

const EVERY_MS = 100;

/** A value that follows another at most ten times a second, the last change included: for lists that need not follow every frame. */
export function useThrottled<Value>(value: Value): Value {
  const [shown, setShown] = useState(value);
  const latest = useRef(value);
  const shownAt = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  latest.current = value;
  useEffect(() => {
    if (timer.current !== null) return;
    const show = () => {
      timer.current = null;
      shownAt.current = performance.now();
      setShown(latest.current);
    };
    const wait = shownAt.current + EVERY_MS - performance.now();
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
