import type { RolloutManifest } from '../fleet/index.ts';
import type { HostRolloutState, Time } from '../machine/index.ts';
import type { RolloutRecord } from '../rollout/index.ts';
import { appendTo, byCodeUnit } from '../text/index.ts';
import { bitsOf, membersOf } from './bits.ts';
import type { ControlPlaneConfig } from './config.ts';
import type { ControlPlaneRules } from './rules.ts';
import type {
  ControlPlane,
  DispatchStanding,
  FleetMember,
  HostSlot,
  Place,
  Rollout,
  WatchedHost,
  WaveCount,
} from './state.ts';
import type { EventNumbers } from './event-numbers.ts';
import type { Hold } from './gates/hold.ts';
import { waitsForDispatch, countedSelectors, memberOf } from './host-slots.ts';
import { EMPTY_NAME_MAP, mapValues, withEntry, type NameMap } from './name-map.ts';
import { planRollout, withoutHosts } from './rollout-plan.ts';
import { begin, editRollout, commit, rolloutAt, slotAt, type Transaction } from './transaction.ts';
import { partsOf, slicesOf, withPart, type SnapshotPart } from './snapshot-parts.ts';
import { entryAt, valueAt, valuesOf, vectorOf } from './vector.ts';

/** Incremented when an older build can no longer read the snapshots of this one. */
export const SNAPSHOT_VERSION = 2;

/**
 * The state of a control plane as plain data for `JSON.stringify`, `structuredClone` or `v8.serialize`, at any size.
 * Leaves out derived values, which `restore` computes again.
 */
export interface ControlPlaneSnapshot {
  readonly version: number;
  readonly config: ControlPlaneConfig;
  /** The newest verified manifest of each channel, in order of channel. */
  readonly manifests: readonly RolloutManifest[];
  /** In the order of opening. */
  readonly rollouts: readonly RolloutSnapshot[];
  readonly quarantine: readonly QuarantineSnapshot[];
  /** In no particular order. */
  readonly hosts: readonly MemberSnapshot[];
  readonly watch: readonly { readonly dueAt: Time; readonly hosts: readonly WatchedHost[] }[];
}

/** The quarantined closures of a channel. */
export interface QuarantineSnapshot {
  readonly channel: string;
  readonly closures: readonly string[];
}

/** A rollout with its hosts. */
export interface RolloutSnapshot {
  /** Without hosts once the rollout is pruned. */
  readonly manifest: RolloutManifest;
  readonly record: RolloutRecord;
  /** One per host of the manifest, in the same order. */
  readonly hosts: readonly HostSnapshot[];
  readonly waves: readonly WaveCount[];
  readonly converged: number;
  readonly holds: readonly (Hold | null)[];
  readonly newcomers: readonly number[];
}

/** A host in a rollout: its record, and what the control plane keeps beside it. */
export interface HostSnapshot {
  readonly record: HostRolloutState;
  readonly dispatch: DispatchStanding;
  /** Outstanding failures by probe, as pairs: a probe may have any name. */
  readonly failures: readonly (readonly [probeName: string, count: number])[];
  readonly synthesizedSeq: number;
  readonly heldForGood: Hold | null;
  readonly numbers: EventNumbers;
  readonly wasBehind: boolean;
}

/** A host across all rollouts. */
export interface MemberSnapshot {
  readonly hostname: string;
  /** `null` if it never sent one. */
  readonly lastHeartbeatAt: Time | null;
  readonly runningClosure: string | null;
  readonly busyWith: readonly string[];
  readonly isUnreachable: boolean;
}

/** The state of a control plane as plain data. */
export function snapshot(controlPlane: ControlPlane): ControlPlaneSnapshot {
  let whole: unknown = undefined;
  for (const part of snapshotParts(controlPlane)) whole = withPart(whole, part);
  // Safe: `snapshotParts` makes the parts of one.
  return whole as ControlPlaneSnapshot;
}

/** The same in parts, each made on demand. A state never changes, so inputs may be handled in between. */
export function* snapshotParts(controlPlane: ControlPlane): Generator<SnapshotPart, void> {
  const { config, manifests, rollouts, quarantine, hosts, heardAt, watch } = controlPlane;
  const head: ControlPlaneSnapshot = {
    version: SNAPSHOT_VERSION,
    config,
    manifests: [],
    rollouts: [],
    quarantine: Array.from(quarantine, ([channel, closures]) => ({ channel, closures: [...closures] })),
    hosts: [],
    watch: watch.map(({ dueAt }) => ({ dueAt, hosts: [] })),
  };
  yield* partsOf(head, []);
  for (const [index, manifest] of [...manifests.values()].entries()) yield* partsOf(manifest, ['manifests', index]);
  for (const [index, rollout] of [...valuesOf(rollouts)].entries()) yield* partsOfRollout(rollout, index);
  yield* slicesOf(
    ['hosts'],
    mapped(mapValues(hosts), (member) => snapshotOfMember(member, valueAt(heardAt, member.index))),
  );
  for (const [index, slot] of watch.entries()) yield* slicesOf(['watch', index, 'hosts'], valuesOf(slot.hosts));
}

function* partsOfRollout(rollout: Rollout, index: number): Generator<SnapshotPart, void> {
  const { plan, record, hosts, waves, converged, holds, newcomers } = rollout;
  const path = ['rollouts', index];
  const head: RolloutSnapshot = { manifest: plan.manifest, record, hosts: [], waves, converged, holds, newcomers: [] };
  yield* partsOf(head, path);
  yield* slicesOf([...path, 'hosts'], mapped(valuesOf(hosts), snapshotOfHost));
  yield* slicesOf([...path, 'newcomers'], membersOf(newcomers));
}

function* mapped<From, To>(items: Iterable<From>, change: (item: From) => To): Generator<To, void> {
  for (const item of items) yield change(item);
}

function snapshotOfHost(slot: HostSlot): HostSnapshot {
  return { ...slot, failures: [...(slot.failures ?? [])] };
}

function snapshotOfMember(member: FleetMember, heardAt: Time): MemberSnapshot {
  const { hostname, runningClosure, busyWith, isUnreachable } = member;
  const lastHeartbeatAt = Number.isFinite(heardAt) ? heardAt : null;
  return { hostname, lastHeartbeatAt, runningClosure, busyWith, isUnreachable };
}

/**
 * Prepares a snapshot for restoring if the inputs since then are lost, as with a backup. It cannot be relied on until
 * agents send heartbeats again. So nothing is dispatched for one and a half heartbeat intervals, or to a host that has
 * not been heard. Outstanding dispatches are withdrawn. Every record counts as behind its agent's, so the first
 * heartbeat that knows more is believed.
 */
export function outdated(saved: ControlPlaneSnapshot, now: Time): ControlPlaneSnapshot {
  const { heartbeatSecs, missedHeartbeats } = saved.config;
  const watched = saved.watch.flatMap(({ hosts }) => hosts);
  return {
    ...saved,
    config: { ...saved.config, dispatchFrom: now + 1500 * heartbeatSecs },
    hosts: saved.hosts.map((member) => ({ ...member, lastHeartbeatAt: null, runningClosure: null, busyWith: [] })),
    rollouts: saved.rollouts.map((rollout) => ({
      ...rollout,
      hosts: rollout.hosts.map((host) => ({
        ...host,
        dispatch: host.dispatch === 'outstanding' ? 'withdrawn' : host.dispatch,
        wasBehind: true,
      })),
    })),
    watch:
      watched.length === 0
        ? []
        : [
            {
              dueAt: now + 1000 * heartbeatSecs * missedHeartbeats,
              hosts: watched.map(({ hostname }) => ({ hostname, since: now })),
            },
          ],
  };
}

/**
 * The control plane from a snapshot: the same inputs lead to the same effects and replies.
 *
 * @throws RangeError if the snapshot has another version, or does not fit together.
 */
export function restore(rules: ControlPlaneRules, saved: ControlPlaneSnapshot): ControlPlane {
  const { version } = saved;
  if (version !== SNAPSHOT_VERSION) {
    throw new RangeError(
      `This snapshot has version ${version}, but this build only reads version ${SNAPSHOT_VERSION}. ` +
        "Start with an empty database instead: the manifests and the agents' heartbeats restore what matters.",
    );
  }
  const selectorIndex = new Map<string, number>();
  for (const { manifest } of saved.rollouts) {
    for (const { selectorKey } of manifest.budgets)
      if (!selectorIndex.has(selectorKey)) selectorIndex.set(selectorKey, selectorIndex.size);
  }
  const rollouts = saved.rollouts.map((rollout) => restoredRollout(rollout, selectorIndex));
  const hosts = restoredMembers(saved, rollouts);
  const counted: ControlPlane = {
    config: saved.config,
    manifests: new Map(saved.manifests.map((manifest) => [manifest.channel, manifest])),
    rolloutIndex: new Map(rollouts.map(({ record }, index) => [record.rolloutId, index])),
    rollouts: vectorOf(rollouts),
    rolloutsOfChannel: indexesByChannel(rollouts),
    dispatching: dispatchingOf(rules, rollouts),
    selectorIndex,
    inFlight: Array.from(selectorIndex, () => 0),
    quarantine: new Map(saved.quarantine.map(({ channel, closures }) => [channel, new Set(closures)])),
    hosts,
    heardAt: vectorOf(saved.hosts.map(({ lastHeartbeatAt }) => lastHeartbeatAt ?? -Infinity)),
    unknownHosts: [...mapValues(hosts)].filter(({ places }) => places.length === 0).length,
    watch: saved.watch.map((slot) => ({ dueAt: slot.dueAt, hosts: vectorOf(slot.hosts) })),
  };
  // The rules that keep derived values up to date also compute them here.
  const tx = begin(rules, counted, 0);
  for (const index of rollouts.keys()) recountCandidates(tx, index);
  recountInFlight(tx);
  return commit(tx);
}

function restoredRollout(saved: RolloutSnapshot, selectorIndex: ReadonlyMap<string, number>): Rollout {
  const { manifest, record, waves, converged, holds } = saved;
  const slots = saved.hosts.map(restoredSlot);
  if (slots.length !== manifest.hosts.length) {
    throw new RangeError(
      `The snapshot has ${slots.length} records for the ${manifest.hosts.length} hosts of ${record.rolloutId}.`,
    );
  }
  const planned = planRollout(manifest, selectorIndex);
  const newcomers = new Set(saved.newcomers);
  return {
    // A pruned rollout keeps its counts, and so the number of its waves.
    plan: slots.length > 0 ? planned : withoutHosts({ ...planned, waveCount: waves.length - 1 }),
    record,
    hosts: vectorOf(slots),
    waves,
    converged,
    candidates: bitsOf(slots.length, () => false),
    dispatched: bitsOf(slots.length, (position) => slots[position]?.dispatch === 'outstanding'),
    holds,
    newcomers: bitsOf(slots.length, (rank) => newcomers.has(rank)),
  };
}

function restoredSlot({ failures, ...slot }: HostSnapshot): HostSlot {
  return {
    record: slot.record,
    dispatch: slot.dispatch,
    failures: failures.length === 0 ? null : new Map(failures),
    synthesizedSeq: slot.synthesizedSeq,
    heldForGood: slot.heldForGood,
    numbers: slot.numbers,
    wasBehind: slot.wasBehind,
  };
}

function restoredMembers(saved: ControlPlaneSnapshot, rollouts: readonly Rollout[]): NameMap<FleetMember> {
  const places = new Map<string, Place[]>();
  rollouts.forEach(({ plan }, rollout) => {
    plan.hosts.forEach(({ hostname }, position) => {
      const known = places.get(hostname);
      if (known === undefined) places.set(hostname, [{ rollout, position }]);
      else known.push({ rollout, position });
    });
  });
  const watched = new Set(saved.watch.flatMap(({ hosts }) => hosts.map(({ hostname }) => hostname)));
  let members: NameMap<FleetMember> = EMPTY_NAME_MAP;
  for (const [index, { hostname, runningClosure, busyWith, isUnreachable }] of saved.hosts.entries()) {
    members = withEntry(members, hostname, {
      hostname,
      index,
      runningClosure,
      busyWith,
      isUnreachable,
      isWatched: watched.has(hostname),
      places: places.get(hostname) ?? [],
    });
  }
  return members;
}

function indexesByChannel(rollouts: readonly Rollout[]): ReadonlyMap<string, readonly number[]> {
  const indexes = new Map<string, number[]>();
  for (const [index, { record }] of rollouts.entries()) appendTo(indexes, record.channel, index);
  return indexes;
}

function dispatchingOf(rules: ControlPlaneRules, rollouts: readonly Rollout[]): readonly number[] {
  return rollouts
    .map(({ record }, index) => ({ record, index }))
    .filter(({ record }) => rules.mayDispatch(record.state))
    .sort((a, b) => byCodeUnit(a.record.rolloutId, b.record.rolloutId))
    .map(({ index }) => index);
}

function recountCandidates(tx: Transaction, index: number): void {
  const { plan, hosts } = rolloutAt(tx, index);
  editRollout(tx, index).candidates = bitsOf(hosts.length, (rank) => {
    const slot = slotAt(rolloutAt(tx, index), entryAt(plan.positionAtRank, rank));
    return slot.record.state === 'Pending' && waitsForDispatch(tx, slot, memberOf(tx, slot.record.hostname));
  });
}

function recountInFlight(tx: Transaction): void {
  const counts = tx.state.inFlight.slice();
  for (const member of mapValues(tx.state.hosts)) {
    for (const selector of countedSelectors(tx, member)) counts[selector] = entryAt(counts, selector) + 1;
  }
  tx.state.inFlight = counts;
}
