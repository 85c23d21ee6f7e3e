import { useLayoutEffect, useState } from 'react';

/** The share of a frame that one slice may take. */
const SLICE_MS = 5;

/** Runs steps in slices, the first immediately, so that the page stays responsive. */
export function inSlices<Result>(
  steps: Generator<void, Result>,
  signal: AbortSignal,
  onDone: (result: Result) => void,
): void {
  const until = performance.now() + SLICE_MS;
  while (!signal.aborted) {
    const step = steps.next();
    if (step.done === true) return onDone(step.value);
    if (performance.now() >= until) {
      setTimeout(() => inSlices(steps, signal, onDone));
      return;
    }
  }
}

/** The result of steps. Until it is ready, the previous result, or `null` at first. */
export function useInSlices<Result>(begin: () => Generator<void, Result>): Result | null {
  const [result, setResult] = useState<{ readonly value: Result } | null>(null);
  useLayoutEffect(() => {
    const left = new AbortController();
    inSlices(begin(), left.signal, (value) => setResult({ value }));
    return () => left.abort();
  }, [begin]);
  return result?.value ?? null;
}
