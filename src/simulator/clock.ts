import type { Time } from '../machine/index.ts';

const MILLIONTH = 1e-6;

/**
 * The clock of one node, which may differ from true time. `at` is true time in milliseconds since the start of the run.
 * What a node reads is in epoch milliseconds, as its core expects.
 */
export class SimulatedClock {
  readonly #startAt: Time;
  readonly #setAt: number;
  readonly #shown: Time;
  readonly #rate: number;

  /**
   * @param setAt when it was set, in true time; `skewMs` is the difference then, and `driftPpm` applies from then on
   */
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

  /** The clock after it is set. A new one, because hosts may share a clock. */
  set(at: number, skewMs: number, driftPpm: number): SimulatedClock {
    return new SimulatedClock(this.#startAt, skewMs, driftPpm, at);
  }
}
