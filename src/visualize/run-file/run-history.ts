import { hostStates } from '../../machine/host-states.ts';
import type { HostState } from '../../machine/record.ts';
import type { RolloutState } from '../../rollout/rollout-record.ts';
import { whatHolds, type LastDecision, type Waiting } from './what-holds.ts';
import type { RunFile, RunRollout } from './run-file.ts';

/** A host within a run: all rollouts' hosts, in order, numbered from 0. */
export interface RunHost {
  readonly name: string;
  readonly rollout: number;
  readonly wave: number;
  readonly target: string;
  /** Within its rollout. */
  readonly index: number;
}

/** A host that failed or went back, and why. */
export interface Failure {
  readonly host: number;
  readonly at: number;
  readonly state: HostState;
  readonly cause: string;
}

const CHECKPOINT_EVERY = 2_000;

/** A run prepared so that the states of all hosts at any moment are found at once. */
export class RunHistory {
  readonly file: RunFile;
  readonly hosts: readonly RunHost[];
  /** A little after the last change of a host or a rollout: a run that waits for hours has nothing to show then. */
  readonly shownUntil: number;
  private readonly offsets: readonly number[];
  private readonly times: Float64Array;
  private readonly who: Uint32Array;
  private readonly to: Uint8Array;
  private readonly checkpoints: readonly Uint8Array[];

  constructor(file: RunFile) {
    this.file = file;
    this.hosts = file.rollouts.flatMap(hostsOf);
    const offsets: number[] = [];
    let offset = 0;
    for (const { waves } of file.rollouts) {
      offsets.push(offset);
      offset += waves.reduce((sum, { hosts }) => sum + hosts.length, 0);
    }
    this.offsets = offsets;
    const sorted = file.transitions.toSorted((a, b) => a[0] - b[0]);
    this.times = Float64Array.from(sorted, ([at]) => at);
    this.who = Uint32Array.from(sorted, ([, rollout, host]) => this.hostAt(rollout, host));
    this.to = Uint8Array.from(sorted, ([, , , state]) => hostStates.indexOf(state));
    this.checkpoints = this.makeCheckpoints();
    this.shownUntil = shownUntil(file, this.times.at(-1) ?? 0);
  }

  /** The number of a host of a rollout among all hosts of the run. */
  hostAt(rollout: number, host: number): number {
    return (this.offsets[rollout] ?? 0) + host;
  }

  /** For each host the index of its state in `hostStates`. The array belongs to the caller. */
  statesAt(time: number): Uint8Array {
    const end = this.transitionsBefore(time);
    const checkpoint = Math.floor(end / CHECKPOINT_EVERY);
    const states = Uint8Array.from(this.checkpoints[checkpoint] ?? new Uint8Array(this.hosts.length));
    this.apply(states, checkpoint * CHECKPOINT_EVERY, end);
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
      for (; next < this.times.length && (this.times[next] ?? 0) <= time; next += 1) {
        const host = this.who[next] ?? 0;
        const [from, to] = [states[host] ?? 0, this.to[next] ?? 0];
        present[from] = (present[from] ?? 0) - 1;
        present[to] = (present[to] ?? 0) + 1;
        states[host] = to;
      }
      for (const [state, count] of present.entries()) counts[state]?.push(count);
    }
    return { times, counts };
  }

  /** Every failure and every way back up to a moment, in order. */
  failuresUntil(time: number): readonly Failure[] {
    const bad = new Set<HostState>(['Failed', 'Reverted']);
    return this.file.transitions
      .filter(([at, , , to]) => at <= time && bad.has(to))
      .map(([at, rollout, host, state]) => ({
        at,
        state,
        host: this.hostAt(rollout, host),
        cause: this.causeOf(at, rollout, host),
      }));
  }

  private causeOf(time: number, rollout: number, host: number): string {
    const why = this.file.accepted.findLast(
      ([at, ofRollout, ofHost, event]) =>
        ofRollout === rollout &&
        ofHost === host &&
        at <= time &&
        (event === 'ActivationFailed' || event === 'Failed' || event === 'RollbackComplete'),
    );
    if (why === undefined) return '';
    const [, , , event, , detail] = why;
    return event === 'ActivationFailed'
      ? `activation failed, ${detail}`
      : event === 'Failed'
        ? `probes failed: ${detail}`
        : `went back to ${detail}`;
  }

  /** What holds each host that is not at an end, at a moment. */
  waitingAt(time: number): readonly Waiting[] {
    const states = this.statesAt(time);
    const decisions = new Map<number, LastDecision>();
    const soaks = new Map<number, number | null>();
    const openedAt = this.openedAt(time);
    // What a control plane decided before it lost its database, it knows no more.
    const isForgotten = (at: number, rollout: number): boolean => at < (openedAt.get(rollout) ?? 0);
    for (const [at, rollout, host, gate, reason] of this.file.holds) {
      if (at <= time && !isForgotten(at, rollout))
        decisions.set(this.hostAt(rollout, host), { at, hold: { gate, reason } });
    }
    for (const [at, rollout, number, soakDueAt] of this.file.dispatches) {
      if (at > time) continue;
      const host = this.hostAt(rollout, number);
      // A soak is not lost: the host goes on with it, and tells of it again in its record.
      soaks.set(host, soakDueAt);
      if (isForgotten(at, rollout)) continue;
      // A gate that speaks after the dispatch has taken it back.
      if ((decisions.get(host)?.at ?? -1) <= at) decisions.set(host, { at, hold: null });
    }
    const rollouts = this.rolloutsAt(time);
    const unreachable = this.unreachableAt(time);
    const waiting: Waiting[] = [];
    for (const [host, index] of states.entries()) {
      const of = this.hosts[host]?.rollout ?? 0;
      const found = whatHolds({
        state: hostStates[index] ?? 'Pending',
        time,
        rollout: rollouts[of] ?? null,
        rolloutId: this.file.rollouts[of]?.rolloutId ?? '',
        decision: decisions.get(host) ?? null,
        soakDueAt: soaks.get(host) ?? null,
        isUnreachable: unreachable.has(this.hosts[host]?.name ?? ''),
      });
      if (found !== null) waiting.push({ host, ...found });
    }
    return waiting;
  }

  private unreachableAt(time: number): ReadonlySet<string> {
    const names = new Set<string>();
    for (const [at, host, isReachable] of this.file.reachability) {
      if (at > time) continue;
      if (isReachable) names.delete(host);
      else names.add(host);
    }
    return names;
  }

  /** The state of each rollout; `null` before it is opened. */
  rolloutsAt(time: number): readonly (RolloutState | null)[] {
    const states: (RolloutState | null)[] = this.file.rollouts.map(() => null);
    for (const [at, rollout, to] of this.file.rolloutChanges) if (at <= time) states[rollout] = to;
    return states;
  }

  /** When each rollout was opened last, up to a moment. */
  private openedAt(time: number): ReadonlyMap<number, number> {
    const opened = this.file.rolloutChanges.filter(([at, , to]) => at <= time && to === 'Opening');
    return new Map(opened.map(([at, rollout]) => [rollout, at]));
  }

  private transitionsBefore(time: number): number {
    let [low, high] = [0, this.times.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.times[middle] ?? 0) <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private apply(states: Uint8Array, from: number, end: number): void {
    for (let at = from; at < end; at += 1) states[this.who[at] ?? 0] = this.to[at] ?? 0;
  }

  private makeCheckpoints(): readonly Uint8Array[] {
    const states = new Uint8Array(this.hosts.length);
    const checkpoints = [Uint8Array.from(states)];
    for (let from = 0; from + CHECKPOINT_EVERY <= this.times.length; from += CHECKPOINT_EVERY) {
      this.apply(states, from, from + CHECKPOINT_EVERY);
      checkpoints.push(Uint8Array.from(states));
    }
    return checkpoints;
  }
}

function hostsOf({ waves }: RunRollout, rollout: number): readonly RunHost[] {
  let index = 0;
  return waves.flatMap(({ hosts, targets }, wave) =>
    hosts.map((name, at): RunHost => ({ name, rollout, wave, target: targets[at] ?? '', index: index++ })),
  );
}

function shownUntil({ endedAt, markers }: RunFile, lastTransition: number): number {
  const lastMarker = markers.reduce((latest, { at, kind }) => (kind === 'fault' ? latest : Math.max(latest, at)), 0);
  const last = Math.max(lastTransition, lastMarker);
  return last === 0 ? endedAt : Math.min(endedAt, Math.ceil(last * 1.05));
}
