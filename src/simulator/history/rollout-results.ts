import { hostStates, type HealthFailurePolicy, type HostState } from '../../machine/index.ts';
import type { RolloutState } from '../../rollout/index.ts';
import { byCodeUnit } from '../../text/index.ts';
import { asRunMs, type RunMs } from '../run-ms.ts';
import type { HeldBack, HostCause } from './host-view.ts';
import { AT_END, type HostTrack, type RolloutTrack, type RunHistory } from './run-history.ts';

/** The result of a host in a rollout, as the control plane knows it. */
export interface HostResult {
  readonly hostname: string;
  readonly wave: number;
  readonly state: HostState;
  /** The last dispatch; `null` if there was none. */
  readonly dispatchedRunMs: RunMs | null;
  /** When it entered `state`. */
  readonly sinceRunMs: RunMs;
  /** Why; `null` if the state says everything. */
  readonly cause: HostCause | null;
  /** The closure that it rolled back to. */
  readonly revertedTo: string | null;
  /** Its rollback reported success and changed nothing. */
  readonly rollbackLied: boolean;
  /** How long it actually soaked; `null` if it did not converge, or had nothing to do. */
  readonly soakedMs: number | null;
  readonly heldBack: readonly HeldBack[];
}

/** The result of a wave. */
export interface WaveResult {
  readonly wave: number;
  readonly soakMinutes: number;
  /** When its first host was dispatched, or converged without a dispatch. */
  readonly startedRunMs: RunMs | null;
  /** When its last host became ordering-eligible; `null` if some never did. */
  readonly endedRunMs: RunMs | null;
  readonly counts: Readonly<Record<HostState, number>>;
  readonly hosts: readonly HostResult[];
}

/** The result of a rollout at the end of a run. */
export interface RolloutResult {
  readonly rolloutId: string;
  readonly channel: string;
  /** `null` if it was never opened. */
  readonly state: RolloutState | null;
  readonly onHealthFailure: HealthFailurePolicy;
  readonly openedRunMs: RunMs | null;
  /** When it entered `state`. */
  readonly sinceRunMs: RunMs | null;
  /** No newer release has taken its place. */
  readonly isNewest: boolean;
  readonly waves: readonly WaveResult[];
}

/** Every rollout that a release named, in order of its id. */
export function rolloutResults(history: RunHistory): readonly RolloutResult[] {
  const newest = new Set(history.newestAt(AT_END));
  return history.rollouts
    .filter(({ releasedRunMs }) => releasedRunMs !== null)
    .toSorted((a, b) => byCodeUnit(a.rollout.rolloutId, b.rollout.rolloutId))
    .map((track) => rolloutResult(track, newest.has(track)));
}

function rolloutResult({ rollout, hosts, changes, openedRunMs }: RolloutTrack, isNewest: boolean): RolloutResult {
  const { rolloutId, channel, onHealthFailure, waves } = rollout;
  const last = changes.at(-1);
  return {
    rolloutId,
    channel,
    state: last?.state ?? null,
    onHealthFailure: onHealthFailure ?? 'halt',
    openedRunMs,
    sinceRunMs: last?.runMs ?? null,
    isNewest,
    waves: waves.map((each, wave) => {
      const start = waves.slice(0, wave).reduce((sum, earlier) => sum + earlier.hosts.length, 0);
      return waveResult(wave, each.soakMinutes ?? 0, hosts.slice(start, start + each.hosts.length));
    }),
  };
}

function waveResult(wave: number, soakMinutes: number, hosts: readonly HostTrack[]): WaveResult {
  // `Object.fromEntries` forgets the keys, and these are all the states.
  const counts = Object.fromEntries(hostStates.map((state) => [state, 0])) as Record<HostState, number>;
  let startedRunMs = Infinity;
  let endedRunMs = hosts.length === 0 ? Infinity : 0;
  for (const { view } of hosts) {
    const { state, dispatchedRunMs, sinceRunMs, eligibleRunMs } = view;
    counts[state] += 1;
    if (dispatchedRunMs !== null || state !== 'Pending')
      startedRunMs = Math.min(startedRunMs, dispatchedRunMs ?? sinceRunMs);
    endedRunMs = Math.max(endedRunMs, eligibleRunMs ?? Infinity);
  }
  return {
    wave,
    soakMinutes,
    startedRunMs: startedRunMs === Infinity ? null : asRunMs(startedRunMs),
    endedRunMs: endedRunMs === Infinity ? null : asRunMs(endedRunMs),
    counts,
    hosts: hosts.map(hostResult),
  };
}

function hostResult({ hostname, wave, view }: HostTrack): HostResult {
  const { state, dispatchedRunMs, sinceRunMs, cause, revertedTo, rollbackLied, soakedMs, heldBack } = view;
  return { hostname, wave, state, dispatchedRunMs, sinceRunMs, cause, revertedTo, rollbackLied, soakedMs, heldBack };
}
