import type { CancelTimer, Clock } from './clock.ts';

const LEAST_REAL_MS = 1000;

/**
 * Calls `callback` after `limitMs` of the clock, to limit something that takes real time, such as a request. If the
 * clock runs fast, also waits a moment of real time.
 */
export function limitTime(clock: Clock, limitMs: number, callback: () => void): CancelTimer {
  let waiting = 2;
  const passed = (): void => {
    waiting -= 1;
    if (waiting === 0) callback();
  };
  const cancel = clock.after(limitMs, passed);
  const timer = setTimeout(passed, Math.min(limitMs, LEAST_REAL_MS));
  timer.unref();
  return () => {
    cancel();
    clearTimeout(timer);
  };
}
