import type { Clock } from '../../../src/runtime/shared/clock.ts';

export const NOON = Date.UTC(2026, 0, 1, 12);

/** A clock that moves only when a test says so. Due callbacks are called in order, each at its time. */
export class TestClock implements Clock {
  readonly #timers = new Set<{ readonly dueMs: number; readonly callback: () => void }>();
  #elapsed = 0;
  #skew = 0;

  readonly now = (): number => NOON + this.#elapsed + this.#skew;

  readonly elapsedMs = (): number => this.#elapsed;

  readonly after = (delayMs: number, callback: () => void): (() => void) => {
    const timer = { dueMs: this.#elapsed + delayMs, callback };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  };

  /** Lets time pass. */
  pass(ms: number): void {
    const until = this.#elapsed + ms;
    for (;;) {
      const [next] = [...this.#timers].filter(({ dueMs }) => dueMs <= until).sort((a, b) => a.dueMs - b.dueMs);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#elapsed = next.dueMs;
      next.callback();
    }
    this.#elapsed = until;
  }

  /** Sets the wall clock. */
  jump(ms: number): void {
    this.#skew += ms;
  }
}
