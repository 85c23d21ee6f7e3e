import type { ServerResponse } from 'node:http';
import type { Dispatch } from '../../../wire/index.ts';
import { encodeDispatch } from '../../../wire/index.ts';
import type { Cancel, Clock } from '../../shared/clock.ts';
import { send } from './answer.ts';

interface Parked {
  readonly response: ServerResponse;
  readonly cancel: Cancel;
}

/** Sends the answer to a poll: a dispatch, or 204 for nothing. */
export function answerPoll(response: ServerResponse, dispatch: Dispatch | null): void {
  send(response, dispatch === null ? { status: 204 } : { status: 200, body: encodeDispatch(dispatch) });
}

/** The polls that wait for something to do, one for each host at most. */
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

  /** `false` if there is no room. An earlier poll of the same host is answered: its agent has given up on it. */
  park(hostname: string, response: ServerResponse): boolean {
    this.answer(hostname, null);
    if (this.#parked.size >= this.#max) return false;
    const cancel = this.#clock.after(this.#pollMs, () => this.answer(hostname, null));
    this.#parked.set(hostname, { response, cancel });
    response.once('close', () => {
      if (this.#parked.get(hostname)?.response === response) this.#remove(hostname);
    });
    return true;
  }

  has(hostname: string): boolean {
    return this.#parked.has(hostname);
  }

  answer(hostname: string, dispatch: Dispatch | null): void {
    const parked = this.#remove(hostname);
    if (parked !== null) answerPoll(parked.response, dispatch);
  }

  /** Answers every poll with nothing. */
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
