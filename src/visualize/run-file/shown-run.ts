import { hostStates } from '../../machine/index.ts';
import type { HostState } from '../../machine/record.ts';
import {
  causeWords,
  failureOf,
  Moment,
  RunHistory,
  whatIsHeld,
  type Holding,
  type HostTrack,
} from '../../simulator/history/index.ts';
import type { RunEvent } from '../../simulator/run-events.ts';
import type { RolloutState } from '../../rollout/rollout-record.ts';
import { markersOf, type RunMarker } from './markers.ts';
import type { RunFile } from './run-file.ts';
import type { ReadRun } from './read-run-file.ts';

/** A host that failed or went back, and why. */
export interface ShownFailure {
  readonly host: number;
  readonly runMs: number;
  readonly state: HostState;
  readonly cause: string;
}

/** What holds a host, by its number. */
export interface Waiting extends Holding {
  readonly host: number;
}

const CHECKPOINT_EVERY = 2_000;
const BAD: ReadonlySet<HostState> = new Set(['Failed', 'Reverted']);

/** A run prepared so that the states of all hosts at any moment are found at once. */
export class ShownRun {
  readonly file: RunFile;
  readonly history: RunHistory;
  readonly hosts: readonly HostTrack[];
  readonly markers: readonly RunMarker[];
  /** A little after the last change of a host or a rollout: a run that waits for hours has nothing to show then. */
  readonly shownUntil: number;
  readonly #times: Float64Array;
  readonly #who: Uint32Array;
  readonly #to: Uint8Array;
  readonly #checkpoints: readonly Uint8Array[];

  constructor({ file, events }: ReadRun) {
    this.file = file;
    this.history = new RunHistory(file.rollouts, 'all');
    for (const event of events) this.history.take(event);
    this.hosts = this.history.hosts;
    this.markers = markersOf(events);
    const moves = this.history.moves;
    this.#times = Float64Array.from(moves, ({ runMs }) => runMs);
    this.#who = Uint32Array.from(moves, ({ host }) => host);
    this.#to = Uint8Array.from(moves, ({ state }) => hostStates.indexOf(state));
    this.#checkpoints = this.#makeCheckpoints();
    this.shownUntil = shownUntil(file, this.markers, this.#times.at(-1) ?? 0);
  }

  /** For each host the index of its state in `hostStates`. The array belongs to the caller. */
  statesAt(time: number): Uint8Array {
    const end = this.#movesBefore(time);
    const checkpoint = Math.floor(end / CHECKPOINT_EVERY);
    const states = Uint8Array.from(this.#checkpoints[checkpoint] ?? new Uint8Array(this.hosts.length));
    this.#apply(states, checkpoint * CHECKPOINT_EVERY, end);
    return states;
  }

  /** How many hosts are in each state, at `samples` moments evenly from start to end. */
  countsOverTime(samples: number): {
    readonly times: readonly number[];
    readonly counts: readonly (readonly number[])[];
  } {
    const times = Array.from({ length: samples }, (_, at) => (this.shownUntil * at) / Math.max(1, samples - 1));
    const counts = hostStates.map((): number[] => []);
    const present = hostStates.map((_, state) => (state === 0 ? this.hosts.length : 0));
    const states = new Uint8Array(this.hosts.length);
    let next = 0;
    for (const time of times) {
      for (; next < this.#times.length && (this.#times[next] ?? 0) <= time; next += 1) {
        const host = this.#who[next] ?? 0;
        const [from, to] = [states[host] ?? 0, this.#to[next] ?? 0];
        present[from] = (present[from] ?? 0) - 1;
        present[to] = (present[to] ?? 0) + 1;
        states[host] = to;
      }
      for (const [state, count] of present.entries()) counts[state]?.push(count);
    }
    return { times, counts };
  }

  /** Every failure and every way back up to a moment, in order. */
  failuresUntil(time: number): readonly ShownFailure[] {
    return this.history.moves
      .filter(({ runMs, state }) => runMs <= time && BAD.has(state))
      .map(({ runMs, state, host }) => ({ runMs, state, host, cause: this.#causeOf(host, runMs) }));
  }

  #causeOf(number: number, time: number): string {
    const host = this.hosts[number];
    if (host === undefined) throw new RangeError(`There is no host ${number}.`);
    const failure = failureOf(new Moment(this.history, time), host);
    return failure === null ? '' : causeWords(failure.cause, failure.revertedTo);
  }

  /** What holds each host that is not at an end, at a moment. */
  waitingAt(time: number): readonly Waiting[] {
    return whatIsHeld(new Moment(this.history, time)).map((holding) => ({
      ...holding,
      host: this.history.trackOf(holding.rolloutId, holding.hostname)?.number ?? -1,
    }));
  }

  /** The state of each rollout; `null` before it is opened. */
  rolloutsAt(time: number): readonly (RolloutState | null)[] {
    return this.history.rollouts.map((track) => this.history.rolloutAt(track, time)?.state ?? null);
  }

  /** What is recorded of one host and is about it alone, in order. */
  eventsOf(number: number): readonly RunEvent[] {
    return this.hosts[number]?.events.filter((event) => 'hostname' in event && event.hostname !== null) ?? [];
  }

  #movesBefore(time: number): number {
    let [low, high] = [0, this.#times.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#times[middle] ?? 0) <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #apply(states: Uint8Array, from: number, end: number): void {
    for (let at = from; at < end; at += 1) states[this.#who[at] ?? 0] = this.#to[at] ?? 0;
  }

  #makeCheckpoints(): readonly Uint8Array[] {
    const states = new Uint8Array(this.hosts.length);
    const checkpoints = [Uint8Array.from(states)];
    for (let from = 0; from + CHECKPOINT_EVERY <= this.#times.length; from += CHECKPOINT_EVERY) {
      this.#apply(states, from, from + CHECKPOINT_EVERY);
      checkpoints.push(Uint8Array.from(states));
    }
    return checkpoints;
  }
}

function shownUntil({ endedRunMs }: RunFile, markers: readonly RunMarker[], lastMove: number): number {
  const last = markers.reduce(
    (latest, { runMs, kind }) => (kind === 'fault' ? latest : Math.max(latest, runMs)),
    lastMove,
  );
  return last === 0 ? endedRunMs : Math.min(endedRunMs, Math.ceil(last * 1.05));
}
