import type { CancelTimer, Clock } from './clock.ts';

/** Resolves after `ms` of the clock, or when `signal` is aborted. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    let cancel: CancelTimer = () => {};
    const done = (): void => {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    cancel = clock.after(ms, done);
    signal.addEventListener('abort', done);
  });
}
