import { holdReason } from '../control-plane/index.ts';
import type { OutboundEvent } from '../machine/events.ts';
import { hostStates } from '../machine/host-states.ts';
import { isAtEnd, isOrderingEligible } from '../machine/host-states.ts';
import type { HostState } from '../machine/record.ts';
import { isDispatching, type RolloutState } from '../rollout/index.ts';
import type { RolloutManifest } from '../fleet/index.ts';
import { byCodeUnit } from '../text/index.ts';
import type { HeldBack, HostResult, RolloutResult, WaveResult } from './run.ts';
import type { RunEvent, RunEventOf } from './run-events.ts';
import type { Scenario } from './scenario.ts';

interface HostTrack {
  state: HostState;
  since: number;
  dispatchedAt: number | null;
  eligibleAt: number | null;
  because: string;
  /** The component for which it was Deferred, if it was. */
  deferredFor: string | null;
  heldBack: HeldBack[];
}

interface RolloutTrack {
  readonly manifest: RolloutManifest;
  readonly hosts: Map<string, HostTrack>;
  state: RolloutState | null;
  openedAt: number | null;
  since: number | null;
}

/** How far a host may be told off by gates before only the newest are kept. */
const MAX_HELD_BACK = 64;

/** Gathers from the event log what reports tell of each rollout, wave and host. */
export class RunSummary {
  /** Hosts that came to an end in the newest rollout of their channel. */
  ended = 0;
  readonly #tracks = new Map<string, RolloutTrack>();
  readonly #newest = new Map<string, string>();
  readonly #manifests = new Map<string, RolloutManifest>();
  #reason = '';

  constructor(scenario: Scenario) {
    const published = scenario.steps.flatMap(({ do: action }) => (action.type === 'publish' ? action.rollouts : []));
    for (const manifest of [...scenario.rollouts, ...published]) this.#manifests.set(manifest.rolloutId, manifest);
  }

  take(event: RunEvent): void {
    switch (event.type) {
      case 'ReleasePublished':
        for (const rolloutId of event.rolloutIds) this.#release(rolloutId);
        return;
      case 'RolloutOpened': {
        const track = this.#tracks.get(event.rolloutId);
        if (track === undefined) return;
        if (track.openedAt !== null) this.#forgetHosts(track, event.runMs);
        track.openedAt ??= event.runMs;
        track.state = 'Opening';
        track.since = event.runMs;
        return;
      }
      case 'RolloutTransition': {
        const track = this.#tracks.get(event.rolloutId);
        if (track === undefined) return;
        track.state = event.to;
        track.since = event.runMs;
        if (!isDispatching(event.to)) for (const host of track.hosts.values()) stopped(host, event);
        return;
      }
      case 'HostDispatched': {
        const host = this.#host(event);
        if (host === null) return;
        host.dispatchedAt = event.runMs;
        letGo(host, event.runMs);
        return;
      }
      case 'HostHeld':
        return this.#held(event);
      case 'HostTransition':
        return this.#moved(event);
      case 'EventAccepted':
        return this.#accepted(event);
      default:
        return;
    }
  }

  /** Every rollout that a release named, in order of its id. */
  rollouts(): readonly RolloutResult[] {
    return [...this.#tracks.values()]
      .sort((a, b) => byCodeUnit(a.manifest.rolloutId, b.manifest.rolloutId))
      .map((track) => this.#rollout(track));
  }

  /** Since when the host is what it is, and what held it last. */
  trackOf(rolloutId: string, host: string): Readonly<HostTrack> | null {
    return this.#tracks.get(rolloutId)?.hosts.get(host) ?? null;
  }

  /** When the rollout opened; `null` if it never did. */
  openedAtOf(rolloutId: string): number | null {
    return this.#tracks.get(rolloutId)?.openedAt ?? null;
  }

  #release(rolloutId: string): void {
    const manifest = this.#manifests.get(rolloutId);
    if (manifest === undefined) return;
    this.#newest.set(manifest.channel, rolloutId);
    if (this.#tracks.has(rolloutId)) return;
    this.#tracks.set(rolloutId, { manifest, hosts: new Map(), state: null, openedAt: null, since: null });
  }

  /** The database was lost: every host of the rollout is Pending until it is known better. */
  #forgetHosts({ hosts }: RolloutTrack, at: number): void {
    for (const host of hosts.values()) {
      if (isEnd(host.state)) this.ended -= 1;
      host.state = 'Pending';
      host.since = at;
    }
  }

  #host({ rolloutId, hostname }: { readonly rolloutId: string; readonly hostname: string }): HostTrack | null {
    const of = this.#tracks.get(rolloutId);
    if (of === undefined) return null;
    let track = of.hosts.get(hostname);
    if (track === undefined) {
      track = {
        state: 'Pending',
        since: of.openedAt ?? 0,
        dispatchedAt: null,
        eligibleAt: null,
        because: '',
        deferredFor: null,
        heldBack: [],
      };
      of.hosts.set(hostname, track);
    }
    return track;
  }

  #held(event: RunEventOf<'HostHeld'>): void {
    const host = this.#host(event);
    if (host === null) return;
    letGo(host, event.runMs);
    // A gate mostly says the same of many hosts, one after the other; one text is enough for all of them.
    const reason = holdReason(event.hostname, event.hold);
    if (reason !== this.#reason) this.#reason = reason;
    const held: HeldBack = { gate: event.hold.gate, reason: this.#reason, fromMs: event.runMs, untilMs: null };
    host.heldBack = host.heldBack.slice(1 - MAX_HELD_BACK).concat(held);
  }

  #moved(event: RunEventOf<'HostTransition'>): void {
    const host = this.#host(event);
    if (host === null) return;
    if (isEnd(event.to) && !isEnd(host.state)) this.ended += 1;
    if (host.state === 'Pending') letGo(host, event.runMs);
    host.state = event.to;
    host.since = event.runMs;
    if (isOrderingEligible(event.to)) host.eligibleAt ??= event.runMs;
    if (event.to === 'Converged') host.because = whyConverged(host);
  }

  #accepted(event: RunEventOf<'EventAccepted'>): void {
    if (event.event.type === 'ProbeResult') return;
    if (event.event.type === 'ActivationDeferred') {
      const host = this.#host(event);
      if (host !== null) host.deferredFor = event.event.component;
    }
    const because = becauseOf(event.event);
    if (because === null) return;
    const host = this.#host(event);
    if (host !== null) host.because = because(host.because);
  }

  #rollout({ manifest, hosts, state, openedAt, since }: RolloutTrack): RolloutResult {
    const { rolloutId, channel, policy } = manifest;
    const members: HostResult[][] = Array.from({ length: Math.max(1, manifest.waves.length) + 1 }, () => []);
    const eligible: (number | null)[][] = members.map(() => []);
    for (const { hostname: host, wave } of manifest.hosts) {
      const track = hosts.get(host);
      members[wave]?.push({
        host,
        wave,
        state: track?.state ?? 'Pending',
        dispatchedAt: track?.dispatchedAt ?? null,
        since: track?.since ?? openedAt ?? 0,
        because: track?.because ?? '',
        heldBack: track?.heldBack ?? [],
      });
      eligible[wave]?.push(track?.eligibleAt ?? null);
    }
    const waves = members
      .map((results, wave) => waveResult(manifest, wave, results, eligible[wave] ?? []))
      .filter(({ hosts: results, wave }) => results.length > 0 || wave < manifest.waves.length);
    const isNewest = this.#newest.get(channel) === rolloutId;
    return { rolloutId, channel, state, onHealthFailure: policy.onHealthFailure, openedAt, since, isNewest, waves };
  }
}

function waveResult(
  manifest: RolloutManifest,
  wave: number,
  hosts: readonly HostResult[],
  eligible: readonly (number | null)[],
): WaveResult {
  // `Object.fromEntries` forgets the keys, and these are all the states.
  const counts = Object.fromEntries(hostStates.map((state) => [state, 0])) as Record<HostState, number>;
  let startedAt: number | null = null;
  for (const { state, dispatchedAt, since } of hosts) {
    counts[state] += 1;
    const began = dispatchedAt ?? (state === 'Pending' ? null : since);
    if (began !== null && (startedAt === null || began < startedAt)) startedAt = began;
  }
  let endedAt: number | null = hosts.length === 0 ? null : 0;
  for (const at of eligible) endedAt = at === null || endedAt === null ? null : Math.max(at, endedAt);
  const soakMinutes =
    manifest.waves[wave]?.soakMinutes ?? manifest.hosts.find((host) => host.wave === wave)?.soakMinutes ?? 60;
  return { wave, soakMinutes, startedAt, endedAt, counts, hosts };
}

function letGo(host: HostTrack, at: number): void {
  const last = host.heldBack.at(-1);
  if (last !== undefined && last.untilMs === null)
    host.heldBack = host.heldBack.with(host.heldBack.length - 1, { ...last, untilMs: at });
}

/** From here on nothing is dispatched, so no gate holds anybody. */
function stopped(host: HostTrack, { runMs: at, to }: RunEventOf<'RolloutTransition'>): void {
  letGo(host, at);
  if (host.state === 'Pending' && host.dispatchedAt === null) host.because = `not dispatched: the rollout was ${to}`;
}

/** Under either policy: progress is told in hosts that are done with, one way or the other. */
function isEnd(state: HostState): boolean {
  return isAtEnd(state, 'halt');
}

function whyConverged({ dispatchedAt, deferredFor }: HostTrack): string {
  if (dispatchedAt === null) return 'ran it already';
  return deferredFor === null ? '' : `after the reboot that ${deferredFor} needed`;
}

/** How an event changes what is said of a host; `null` for most events. */
function becauseOf(event: OutboundEvent): ((before: string) => string) | null {
  switch (event.type) {
    case 'ActivationFailed':
      return () => `activation failed, exit code ${event.exitCode}`;
    case 'ActivationDeferred':
      return () => `${event.component} needs a reboot`;
    case 'Failed':
      return () => `probe ${event.failingProbes.join(', ')} kept failing`;
    case 'RollbackComplete':
      return (before) => `${before}; back on ${event.revertedToClosure}`;
    default:
      return null;
  }
}
