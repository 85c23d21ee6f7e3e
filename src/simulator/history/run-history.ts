import { isAtEnd, type HostState } from '../../machine/index.ts';
import type { RolloutState } from '../../rollout/index.ts';
import type { ControlPlaneReachability, RunEvent, RunEventOf } from '../run-events.ts';
import { asRunMs, type RunMs } from '../run-ms.ts';
import { applyToHost, newHostView, type HostView } from './host-view.ts';
import type { RunRollout } from './run-rollout.ts';

/** One host in one rollout. */
export interface HostTrack {
  /** Its index among the hosts of all rollouts of the run. */
  readonly number: number;
  /** The number of its rollout. */
  readonly rollout: number;
  readonly wave: number;
  readonly hostname: string;
  readonly targetClosure: string;
  /** The kept events about it or its whole rollout, in order. */
  readonly events: readonly RunEvent[];
  /** Its state after the last of them. */
  readonly view: Readonly<HostView>;
}

/** A host entered another state. */
export interface HostMove {
  readonly runMs: RunMs;
  /** By its number. */
  readonly host: number;
  readonly state: HostState;
}

/** One rollout. */
export interface RolloutTrack {
  readonly number: number;
  readonly rollout: RunRollout;
  readonly hosts: readonly HostTrack[];
  readonly changes: readonly { readonly runMs: RunMs; readonly state: RolloutState }[];
  /** When it was opened for the first time. */
  readonly openedRunMs: RunMs | null;
  /** When a release first included it. */
  readonly releasedRunMs: RunMs | null;
}

/**
 * Which accepted events are kept: only the `decisive` ones, which reports need; all but probe results that repeat the
 * previous one (`changes`); or `all`.
 */
export type Keep = 'decisive' | 'changes' | 'all';

/** More message faults than this are sampled evenly, because a bad link causes hundreds of thousands. */
const MAX_MESSAGE_FAULTS = 1000;

interface WritableHost extends HostTrack {
  readonly events: RunEvent[];
  readonly view: HostView;
}

interface WritableRollout extends RolloutTrack {
  readonly hosts: readonly WritableHost[];
  readonly changes: { readonly runMs: RunMs; readonly state: RolloutState }[];
  openedRunMs: RunMs | null;
  releasedRunMs: RunMs | null;
}

/** A host at some moment, and how many of its events had happened. */
interface Cursor {
  readonly view: Readonly<HostView>;
  readonly next: number;
  readonly time: number;
}

/**
 * The one fold of the event log, used by reports, run files, timelines and the page. It takes events as they happen or
 * from a file, and knows the state of every host at any moment.
 */
export class RunHistory {
  readonly rollouts: readonly RolloutTrack[];
  /** Of all rollouts, in order. */
  readonly hosts: readonly HostTrack[];
  readonly keep: Keep;
  /** Hosts that are done. */
  ended = 0;
  /** How many message faults each one in `events` stands for. */
  messageFaultStride = 1;
  /** The first broken invariant. */
  broken: RunEventOf<'InvariantBroken'> | null = null;

  readonly #reachability: ControlPlaneReachability[] = [];
  readonly #rollouts: readonly WritableRollout[];
  readonly #rolloutOf: ReadonlyMap<string, WritableRollout>;
  readonly #hostOf: readonly ReadonlyMap<string, WritableHost>[];
  readonly #ofName = new Map<string, WritableHost[]>();
  readonly #moves: HostMove[] = [];
  readonly #releases: RunEventOf<'ReleasePublished'>[] = [];
  /** For each host, the latest query, from which a film continues. */
  readonly #cursors: (Cursor | undefined)[] = [];
  #events: RunEvent[] = [];
  #messageFaults = 0;
  #keptMessageFaults = 0;

  constructor(rollouts: readonly RunRollout[], keep: Keep) {
    this.keep = keep;
    let number = 0;
    this.#rollouts = rollouts.map((rollout, at) => ({
      number: at,
      rollout,
      hosts: rollout.waves.flatMap(({ hosts, targets }, wave) =>
        hosts.map((hostname, place) => ({
          number: number++,
          rollout: at,
          wave,
          hostname,
          targetClosure: targets[place] ?? '',
          events: [],
          view: newHostView(),
        })),
      ),
      changes: [],
      openedRunMs: null,
      releasedRunMs: null,
    }));
    this.rollouts = this.#rollouts;
    this.hosts = this.#rollouts.flatMap(({ hosts }) => hosts);
    this.#rolloutOf = new Map(this.#rollouts.map((track) => [track.rollout.rolloutId, track]));
    this.#hostOf = this.#rollouts.map(({ hosts }) => new Map(hosts.map((host) => [host.hostname, host])));
    for (const { hosts } of this.#rollouts) {
      for (const host of hosts) {
        const known = this.#ofName.get(host.hostname);
        if (known === undefined) this.#ofName.set(host.hostname, [host]);
        else known.push(host);
      }
    }
  }

  /** Every change of a host's state, in order; empty if only `decisive` events are kept. */
  get moves(): readonly HostMove[] {
    return this.#moves;
  }

  /** The kept events, in order. */
  get events(): readonly RunEvent[] {
    return this.#events;
  }

  /** How many of `events` have happened up to and including a moment. */
  eventsBy(time: number): number {
    let [low, high] = [0, this.#events.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#events[middle]?.runMs ?? Infinity) <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Since when the control plane is down at a moment; `null` if it is up. */
  downSince(time: number): RunMs | null {
    const last = this.#reachability.findLast(({ runMs }) => runMs <= time);
    return last?.type === 'ControlPlaneDown' ? last.runMs : null;
  }

  trackOf(rolloutId: string, hostname: string): HostTrack | null {
    const rollout = this.#rolloutOf.get(rolloutId);
    return (rollout === undefined ? undefined : this.#hostOf[rollout.number]?.get(hostname)) ?? null;
  }

  rolloutOf(rolloutId: string): RolloutTrack | null {
    return this.#rolloutOf.get(rolloutId) ?? null;
  }

  take(event: RunEvent): void {
    switch (event.type) {
      case 'EventAccepted':
        return this.#takeAccepted(event);
      case 'AgentTransition':
        // The host's own events that show how long it soaked.
        if (event.to === 'Soaking' || event.to === 'Converged') this.#takeOfHost(event, true);
        return;
      case 'HostTransition':
      case 'RecordTakenOver':
      case 'HostDispatched':
      case 'HostHeld':
      case 'DispatchWithdrawn':
        return this.#takeOfHost(event, true);
      case 'EventSynthesized':
      case 'ClosureQuarantined':
      case 'WaveAdvanced':
      case 'WaveEmpty':
      case 'FleetChanged':
      case 'FaultsStopped':
        this.#events.push(event);
        return;
      case 'ControlPlaneDown':
      case 'ControlPlaneUp':
        this.#events.push(event);
        this.#reachability.push(event);
        return;
      case 'InvariantBroken':
        this.#events.push(event);
        this.broken ??= event;
        return;
      case 'HostUnreachable':
      case 'HostReachable':
      case 'AgentBooted':
        this.#events.push(event);
        return this.#takeOfName(event, event.hostname);
      case 'Fault':
        return this.#takeFault(event);
      case 'ReleasePublished':
        this.#events.push(event);
        this.#releases.push(event);
        for (const rolloutId of event.rolloutIds) {
          const track = this.#rolloutOf.get(rolloutId);
          if (track !== undefined) track.releasedRunMs = event.runMs;
        }
        return;
      case 'RolloutOpened':
      case 'RolloutTransition':
        return this.#takeOfRollout(event);
      case 'EventDropped':
        // Only a lost failure explains the state of its host.
        if (event.eventType === 'ActivationFailed' || event.eventType === 'Failed') this.#takeOfHost(event, true);
        return;
      case 'Logged':
        return;
    }
  }

  /** A host at a moment. Its own `view` is its state at the end. */
  viewAt(host: HostTrack, time: number): Readonly<HostView> {
    const last = host.events.at(-1);
    if (last === undefined || last.runMs <= time) return host.view;
    const known = this.#cursors[host.number];
    const cursor = known !== undefined && known.time <= time ? known : { view: newHostView(), next: 0, time };
    let { view, next } = cursor;
    // Nearly always, nothing has happened to the host since the previous query.
    if ((host.events[next]?.runMs ?? Infinity) <= time) {
      const changed = { ...view };
      for (let event = host.events[next]; event !== undefined && event.runMs <= time; event = host.events[next]) {
        applyToHost(changed, event);
        next += 1;
      }
      view = changed;
    }
    this.#cursors[host.number] = { view, next, time };
    return view;
  }

  /** The state of a rollout at a moment, and since when; `null` before it is opened. */
  rolloutAt({ changes }: RolloutTrack, time: number): { readonly state: RolloutState; readonly runMs: RunMs } | null {
    return changes.findLast(({ runMs }) => runMs <= time) ?? null;
  }

  /** The rollouts of the newest release of each channel at a moment, in order. */
  newestAt(time: number): readonly RolloutTrack[] {
    const newest = new Map<string, RolloutTrack>();
    const releases = this.#releases.filter(({ runMs }) => runMs <= time);
    for (const { rolloutIds } of releases) {
      for (const rolloutId of rolloutIds) {
        const track = this.#rolloutOf.get(rolloutId);
        if (track !== undefined) newest.set(track.rollout.channel, track);
      }
    }
    // The log does not begin with a release, so everything in it counts.
    if (releases.length === 0) return this.#rollouts;
    return this.#rollouts.filter((track) => newest.get(track.rollout.channel) === track);
  }

  #takeOfHost(
    event: Extract<RunEvent, { readonly rolloutId: string; readonly hostname: string }>,
    isKept: boolean,
  ): void {
    const rollout = this.#rolloutOf.get(event.rolloutId);
    const host = rollout === undefined ? undefined : this.#hostOf[rollout.number]?.get(event.hostname);
    if (host === undefined) return;
    if (isKept) this.#events.push(event);
    this.#apply(host, event, isKept);
  }

  #apply(host: WritableHost, event: RunEvent, isKept: boolean): void {
    const before = host.view.state;
    if (isKept) host.events.push(event);
    applyToHost(host.view, event);
    const { state } = host.view;
    if (state === before) return;
    if (this.keep !== 'decisive') this.#moves.push({ runMs: event.runMs, host: host.number, state });
    // Under either policy: progress counts hosts that are done, whatever the result.
    this.ended += Number(isAtEnd(state, 'halt')) - Number(isAtEnd(before, 'halt'));
  }

  #takeAccepted(accepted: RunEventOf<'EventAccepted'>): void {
    this.#takeOfHost(accepted, this.keep === 'all' || this.#isKept(accepted));
  }

  #isKept({ rolloutId, hostname, event }: RunEventOf<'EventAccepted'>): boolean {
    switch (event.type) {
      case 'ProbeResult': {
        if (event.status === 'fail') return true;
        const probes = this.trackOf(rolloutId, hostname)?.view.probes;
        return probes?.find(({ probeName }) => probeName === event.probeName)?.status !== 'pass';
      }
      case 'ActivationStarted':
      case 'ProbeObservedFirst':
      case 'ProbeFailureFirst':
      case 'Converged':
        return this.keep !== 'decisive';
      default:
        return true;
    }
  }

  #takeOfName(event: RunEvent, hostname: string): void {
    for (const host of this.#ofName.get(hostname) ?? []) this.#apply(host, event, true);
  }

  #takeOfRollout(event: RunEventOf<'RolloutOpened' | 'RolloutTransition'>): void {
    const track = this.#rolloutOf.get(event.rolloutId);
    if (track === undefined) return;
    this.#events.push(event);
    const { runMs } = event;
    if (event.type === 'RolloutOpened') track.openedRunMs ??= runMs;
    track.changes.push({ runMs, state: event.type === 'RolloutOpened' ? 'Opening' : event.to });
    for (const host of track.hosts) this.#apply(host, event, true);
  }

  #takeFault(event: RunEventOf<'Fault'>): void {
    if (isMessageFault(event)) {
      // The first of them is always kept.
      const before = this.#messageFaults;
      this.#messageFaults += 1;
      if (before % this.messageFaultStride !== 0) return;
      this.#keptMessageFaults += 1;
      if (this.#keptMessageFaults > MAX_MESSAGE_FAULTS) this.#thinOut();
    }
    this.#events.push(event);
    if (event.hostname !== null && !isMessageFault(event)) this.#takeOfName(event, event.hostname);
  }

  #thinOut(): void {
    let faults = 0;
    this.#events = this.#events.filter((event) => !isMessageFault(event) || (faults += 1) % 2 === 1);
    this.#keptMessageFaults = Math.ceil(this.#keptMessageFaults / 2);
    this.messageFaultStride *= 2;
  }
}

/** A fault of a single message. A bad link causes any number of them. */
export function isMessageFault(event: RunEvent): boolean {
  if (event.type !== 'Fault') return false;
  const { fault } = event;
  return (
    fault === 'request-lost' || fault === 'answer-lost' || fault === 'request-bounced' || fault === 'request-duplicated'
  );
}

/** The end of the run. */
export const AT_END = asRunMs(Infinity);
