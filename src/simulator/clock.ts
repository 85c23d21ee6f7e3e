import type { Time } from '../machine/events.ts';

const MILLIONTH = 1e-6;

/**
 * One node's own clock against true time. `at` is true time in milliseconds since the start of the run; what a node
 * reads is milliseconds since the epoch, as its cores take them.
 */
export class Clock {
  readonly #startAt: Time;
  #setAt = 0;
  #shown: Time;
  #rate: number;

  constructor(startAt: Time, skewMs: number, driftPpm: number) {
    this.#startAt = startAt;
    this.#shown = startAt + skewMs;
    this.#rate = 1 + driftPpm * MILLIONTH;
  }

  /** What the clock shows. */
  read(at: number): Time {
    const elapsed = at - this.#setAt;
    return this.#shown + (this.#rate === 1 ? elapsed : Math.floor(elapsed * this.#rate));
  }

  /** The first true time at which it shows `time` or more; Infinity stays. */
  whenItShows(time: Time): number {
    const elapsed = time - this.#shown;
    return this.#setAt + (this.#rate === 1 ? elapsed : Math.ceil(elapsed / this.#rate));
  }

  /** Sets it, at a moment of the run: from then on it is so far ahead of true time, and drifts so. */
  set(at: number, skewMs: number, driftPpm: number): void {
    this.#setAt = at;
    this.#shown = this.#startAt + at + skewMs;
    this.#rate = 1 + driftPpm * MILLIONTH;
  }
}
