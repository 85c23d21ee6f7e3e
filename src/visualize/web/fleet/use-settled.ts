import { useEffect, useState } from 'react';

const SETTLE_MS = 120;

/** A value that follows another once that stands still for a moment: for what is too slow to follow every frame. */
export function useSettled<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
