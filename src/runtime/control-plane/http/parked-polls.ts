import type { Dispatch } from '../../../wire/index.ts';
import type { CancelTimer, Clock } from '../../shared/clock.ts';

/** A waiting poll. */
export interface ParkedPoll {
  /** Resolves to a dispatch, or `null` for none. Never resolves if the poll was left. */
  readonly answered: Promise<Dispatch | null>;
  /** Call it when the client has disconnected. */
  readonly leave: () => void;
}

interface Parked {
  readonly answer: (dispatch: Dispatch | null) => void;
  readonly cancel: CancelTimer;
}

/** The polls that wait for a dispatch, at most one per host. */
export class ParkedPolls {
  readonly #clock: Clock;
  readonly #pollMs: number;
  readonly #max: number;
  readonly #parked = new Map<string, Parked>();

  constructor(clock: Clock, pollMs: number, max: number) {
    this.#clock = clock;
    this.#pollMs = pollMs;
    this.#max = max;
  }

  get size(): number {
    return this.#parked.size;
  }

  /** `null` if the limit is reached. Answers an earlier poll of the same host: its agent has given up on it. */
  park(hostname: string): ParkedPoll | null {
    this.answer(hostname, null);
    if (this.#parked.size >= this.#max) return null;
    let answer: Parked['answer'] = () => {};
    const answered = new Promise<Dispatch | null>((resolve) => {
      answer = resolve;
    });
    const parked = { answer, cancel: this.#clock.after(this.#pollMs, () => this.answer(hostname, null)) };
    this.#parked.set(hostname, parked);
    const leave = (): void => {
      if (this.#parked.get(hostname) === parked) this.#remove(hostname);
    };
    return { answered, leave };
  }

  has(hostname: string): boolean {
    return this.#parked.has(hostname);
  }

  answer(hostname: string, dispatch: Dispatch | null): void {
    this.#remove(hostname)?.answer(dispatch);
  }

  /** Answers every poll with `null`. */
  release(): void {
    for (const hostname of this.#parked.keys()) this.answer(hostname, null);
  }

  #remove(hostname: string): Parked | null {
    const parked = this.#parked.get(hostname);
    if (parked === undefined) return null;
    this.#parked.delete(hostname);
    parked.cancel();
    return parked;
  }
}
