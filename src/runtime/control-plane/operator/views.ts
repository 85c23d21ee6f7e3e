import {
  controlPlaneCore,
  fleetMemberOf,
  gateOf,
  holdReason,
  hostsOf,
  isOutstanding,
  manifestOf,
  quarantineOf,
  rolloutOf,
  rolloutsOf,
  wavesOf,
  type ControlPlane,
  type Hold,
} from '../../../control-plane/index.ts';
import type { HostRolloutState, HostState, Time } from '../../../machine/index.ts';
import { isDispatching, type RolloutRecord } from '../../../rollout/index.ts';
import type { FoldedLog } from '../fold.ts';
import { recover } from '../recover.ts';
import type { ControlPlaneStore } from '../store.ts';

/** A rollout as shown to operators. Times are epoch milliseconds. */
export interface RolloutView extends RolloutRecord {
  /** Whether no later rollout was opened on its channel. */
  readonly isNewest: boolean;
  readonly waves: readonly { readonly hosts: number; readonly eligible: number; readonly failures: number }[];
  /** How many hosts are in each state. */
  readonly hosts: Readonly<Partial<Record<HostState, number>>>;
}

/** Why a host is not dispatched, and since when. */
export interface HoldView {
  readonly rolloutId: string;
  readonly hostname: string;
  readonly gate: Hold['gate'];
  /** A sentence that an operator can act on. */
  readonly reason: string;
  /** `null` if it has not been reported yet. */
  readonly since: Time | null;
  readonly hold: Hold;
}

/** A host in a rollout as shown to operators. */
export interface OperatorHost {
  readonly hostname: string;
  readonly rolloutId: string;
  readonly wave: number;
  readonly state: HostState;
  readonly targetClosure: string;
  /** According to its last heartbeat; `null` if none has arrived. */
  readonly runningClosure: string | null;
  readonly lastHeartbeatAt: Time | null;
  readonly isUnreachable: boolean;
  /** Whether it was dispatched and has not acknowledged that yet. */
  readonly isDispatched: boolean;
  readonly soakDueAt: Time | null;
  readonly hold: HoldView | null;
  readonly record: HostRolloutState;
}

/** Every rollout, newest first. */
export function rolloutViews(controlPlane: ControlPlane): readonly RolloutView[] {
  const newest = new Map(rolloutsOf(controlPlane).map(({ channel, rolloutId }) => [channel, rolloutId]));
  return rolloutsOf(controlPlane)
    .map((record) => ({
      ...record,
      isNewest: newest.get(record.channel) === record.rolloutId,
      waves: wavesOf(controlPlane, record.rolloutId).map(({ hosts, eligible, failures }) => ({
        hosts,
        eligible,
        failures,
      })),
      hosts: countStates(hostsOf(controlPlane, record.rolloutId)),
    }))
    .reverse();
}

/** The newest rollout of each channel: operators look at these first. */
export function newestRollouts(controlPlane: ControlPlane): readonly RolloutRecord[] {
  const newest = new Map(rolloutsOf(controlPlane).map((record) => [record.channel, record]));
  return [...newest.values()];
}

function countStates(records: readonly HostRolloutState[]): RolloutView['hosts'] {
  const counts: Partial<Record<HostState, number>> = {};
  for (const { state } of records) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

/** Which hosts to show. */
export interface OperatorHostFilter {
  readonly rolloutId: string | null;
  readonly hostname: string | null;
  readonly state: string | null;
}

/** The hosts of a rollout, or of the newest rollouts, in order of rollout and name. */
export function* hostViews(
  folded: FoldedLog,
  { rolloutId, hostname, state }: OperatorHostFilter,
): Generator<OperatorHost, void> {
  const { controlPlane } = folded;
  const ids = rolloutId === null ? newestRollouts(controlPlane).map((record) => record.rolloutId) : [rolloutId];
  for (const id of ids) {
    const waves = new Map(manifestOf(controlPlane, id)?.hosts.map((host) => [host.hostname, host.wave]));
    for (const record of hostsOf(controlPlane, id)) {
      if (hostname !== null && record.hostname !== hostname) continue;
      if (state !== null && record.state !== state) continue;
      yield hostView(folded, record, waves.get(record.hostname) ?? 0);
    }
  }
}

function hostView(folded: FoldedLog, record: HostRolloutState, wave: number): OperatorHost {
  const { hostname, rolloutId, state, targetClosure, soakDueAt } = record;
  const member = fleetMemberOf(folded.controlPlane, hostname);
  const heardAt = member?.lastHeartbeatAt ?? -Infinity;
  return {
    hostname,
    rolloutId,
    wave,
    state,
    targetClosure,
    runningClosure: member?.runningClosure ?? null,
    lastHeartbeatAt: Number.isFinite(heardAt) ? heardAt : null,
    isUnreachable: member?.isUnreachable ?? false,
    isDispatched: isOutstanding(folded.controlPlane, rolloutId, hostname),
    soakDueAt,
    hold: state === 'Pending' ? holdView(folded, rolloutId, hostname) : null,
    record,
  };
}

/** `null` also if the rollout dispatches nothing more: no gate holds its hosts then. */
function holdView({ controlPlane, holds }: FoldedLog, rolloutId: string, hostname: string): HoldView | null {
  const rollout = rolloutOf(controlPlane, rolloutId);
  if (rollout === null || !isDispatching(rollout.state)) return null;
  const hold = gateOf(controlPlane, rolloutId, hostname);
  if (hold === null) return null;
  const since = holds.of(rolloutId, hostname)?.since ?? null;
  return { rolloutId, hostname, gate: hold.gate, reason: holdReason(hostname, hold), since, hold };
}

/** Every host of the newest rollouts according to a control plane's database, and the time of that record. */
export async function hostsInStore(
  store: ControlPlaneStore,
): Promise<{ readonly at: Time; readonly hosts: readonly OperatorHost[] }> {
  const { folded } = await recover(controlPlaneCore(), store, { now: () => 0 }, {});
  const hosts = [...hostViews(folded, { rolloutId: null, hostname: null, state: null })];
  const [last] = await store.events({ newestFirst: true, limit: 1 });
  const heardAt = hosts.map(({ lastHeartbeatAt }) => lastHeartbeatAt ?? 0);
  return { at: Math.max(last?.at ?? 0, ...heardAt), hosts };
}

/** The hosts that a gate holds now. */
export function* holdViews(folded: FoldedLog, rolloutId: string | null): Generator<HoldView, void> {
  for (const { hold } of hostViews(folded, { rolloutId, hostname: null, state: 'Pending' }))
    if (hold !== null) yield hold;
}

/** The quarantined closures of every channel. */
export function quarantineViews(
  controlPlane: ControlPlane,
): readonly { readonly channel: string; readonly closure: string }[] {
  return [...quarantineOf(controlPlane)].flatMap(([channel, closures]) =>
    Array.from(closures, (closure) => ({ channel, closure })),
  );
}
