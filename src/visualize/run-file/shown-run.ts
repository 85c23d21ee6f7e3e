import type { HostState } from '../../machine/index.ts';
import { causeWords, failureOf, Moment, RunHistory, type HostTrack, type RunEvent } from '../../simulator/index.ts';
import type { RolloutState } from '../../rollout/index.ts';
import { Film } from '../film/film.ts';
import { lookOfState } from '../film/looks.ts';
import { markersOf, type RunMarker } from './markers.ts';
import type { RunFile } from './run-file.ts';
import type { ReadRun } from './read-run-file.ts';

/** A host that failed or reverted, and why. */
export interface ShownFailure {
  readonly host: number;
  readonly runMs: number;
  readonly state: HostState;
  readonly cause: string;
}

const BAD: ReadonlySet<HostState> = new Set(['Failed', 'Reverted']);

/** A run, prepared for quick access to the states of all hosts at any moment. */
export class ShownRun {
  readonly file: RunFile;
  readonly history: RunHistory;
  readonly hosts: readonly HostTrack[];
  readonly markers: readonly RunMarker[];
  /** Shortly after the last change of a host or rollout: hours of waiting show nothing. */
  readonly shownUntil: number;
  /** The look of each host at each moment. */
  readonly film: Film;
  readonly #failures: readonly ShownFailure[];

  constructor({ file, events }: ReadRun) {
    this.file = file;
    this.history = new RunHistory(file.rollouts, 'all');
    for (const event of events) this.history.take(event);
    this.hosts = this.history.hosts;
    this.markers = markersOf(events);
    this.#failures = this.history.moves
      .filter(({ state }) => BAD.has(state))
      .map(({ runMs, state, host }) => ({ runMs, state, host, cause: this.#causeOf(host, runMs) }));
    this.film = filmOf(this.history);
    this.shownUntil = shownUntil(file, this.markers, this.history.moves.at(-1)?.runMs ?? 0);
  }

  /** Every failure and rollback up to a moment, in order. */
  failuresUntil(time: number): readonly ShownFailure[] {
    return this.#failures.filter(({ runMs }) => runMs <= time);
  }

  #causeOf(number: number, time: number): string {
    const host = this.hosts[number];
    if (host === undefined) throw new RangeError(`There is no host ${number}.`);
    const failure = failureOf(new Moment(this.history, time), host);
    return failure === null ? '' : causeWords(failure.cause, failure.revertedTo);
  }

  /** The state of each rollout; `null` before it is opened. */
  rolloutsAt(time: number): readonly (RolloutState | null)[] {
    return this.history.rollouts.map((track) => this.history.rolloutAt(track, time)?.state ?? null);
  }

  /** The recorded events of one host, in order. */
  eventsOf(number: number): readonly RunEvent[] {
    return this.hosts[number]?.events.filter((event) => 'hostname' in event && event.hostname !== null) ?? [];
  }
}

/** Before the dispatch, a host counts as not started. */
function filmOf(history: RunHistory): Film {
  const pending = lookOfState('Pending');
  const changes = [
    ...history.events.flatMap((event) => {
      const host = event.type === 'HostDispatched' ? history.trackOf(event.rolloutId, event.hostname) : null;
      return host === null ? [] : [{ runMs: event.runMs, host: host.number, look: pending }];
    }),
    ...history.moves.map(({ runMs, host, state }) => ({ runMs, host, look: lookOfState(state) })),
  ].toSorted((a, b) => a.runMs - b.runMs);
  // A dispatch after the host has reported an earlier one changes nothing visible.
  const started = new Set<number>();
  const seen = changes.filter(({ host, look }) => {
    if (look === pending && started.has(host)) return false;
    if (look !== pending) started.add(host);
    return true;
  });
  return new Film(history.hosts.length, seen);
}

function shownUntil({ endedRunMs }: RunFile, markers: readonly RunMarker[], lastMove: number): number {
  const last = markers.reduce(
    (latest, { runMs, kind }) => (kind === 'fault' ? latest : Math.max(latest, runMs)),
    lastMove,
  );
  return last === 0 ? endedRunMs : Math.min(endedRunMs, Math.ceil(last * 1.05));
}
