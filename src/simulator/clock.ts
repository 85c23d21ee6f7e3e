import type { Time } from '../machine/index.ts';

const MILLIONTH = 1e-6;

/**
 * One node's own clock against true time. `at` is true time in milliseconds since the start of the run; what a node
 * reads is milliseconds since the epoch, as its cores take them.
 */
export class SimulatedClock {
  readonly #startAt: Time;
  readonly #setAt: number;
  readonly #shown: Time;
  readonly #rate: number;

  /** @param setAt when it was set, at a moment of the run: then it is so far ahead of true time, and drifts so */
  constructor(startAt: Time, skewMs: number, driftPpm: number, setAt = 0) {
    this.#startAt = startAt;
    this.#setAt = setAt;
    this.#shown = startAt + setAt + skewMs;
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

  /** What takes its place when it is set; hosts may share a clock, so none is ever changed. */
  set(at: number, skewMs: number, driftPpm: number): SimulatedClock {
    return new SimulatedClock(this.#startAt, skewMs, driftPpm, at);
  }
}
