import type { Time } from '../../machine/index.ts';

/** Cancels a pending callback. Calling it again does nothing. */
export type CancelTimer = () => void;

/** Time, as a runtime needs it. A port: `rehearse` runs all processes on a faster clock. */
export interface Clock {
  /** The wall clock, which may jump. */
  readonly now: () => Time;
  /** Milliseconds since an arbitrary moment, on a monotonic clock. */
  readonly elapsedMs: () => number;
  /** Calls `callback` once, in `delayMs` milliseconds of this clock. A pending call does not keep the process alive. */
  readonly after: (delayMs: number, callback: () => void) => CancelTimer;
}

/** The longest delay that Node's timers take. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * The clock of this machine.
 *
 * @param speed a multiple of real time, counted from `startAt`
 */
export function systemClock(speed = 1, startAt: Time = Date.now()): Clock {
  const now = speed === 1 ? () => Date.now() : () => Math.floor(startAt + (Date.now() - startAt) * speed);
  return {
    now,
    elapsedMs: () => performance.now() * speed,
    after: (delayMs, callback) => {
      const timer = setTimeout(callback, Math.min(MAX_TIMER_MS, Math.max(0, delayMs / speed)));
      timer.unref();
      return () => clearTimeout(timer);
    },
  };
}
