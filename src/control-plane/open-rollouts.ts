import { newPendingHost } from '../machine/index.ts';
import { openRollout } from '../rollout/index.ts';
import type { RolloutManifest } from '../fleet/index.ts';
import { bitsOf } from './bits.ts';
import { EMPTY_LIST, byCodeUnit } from '../text/index.ts';
import type { FleetMember, HostSlot, Rollout, WaveCount } from './state.ts';
import { waitsForDispatch, countedSelectors, memberOf, heardAt, recount, wasHeard } from './host-slots.ts';
import { watchHost } from './liveness.ts';
import { feedRollout } from './rollout-events.ts';
import { ALL_ARRIVED } from './event-numbers.ts';
import { planRollout, type RolloutPlan } from './rollout-plan.ts';
import { addMember, addRollout, editMember, rolloutAt, type Transaction } from './transaction.ts';
import { entryAt, vectorOf } from './vector.ts';

/** First step of a pass: opens a rollout for every manifest that has none. */
export function openRollouts(tx: Transaction): void {
  for (const manifest of tx.state.manifests.values()) {
    const known = tx.state.rolloutIndex.get(manifest.rolloutId);
    // A channel that has lost all its hosts opens no rollout, but its earlier rollouts are superseded.
    if (manifest.hosts.length === 0) supersedePredecessors(tx, manifest);
    else if (tx.rules.mayOpen(manifest, known === undefined ? null : rolloutAt(tx, known).record)) open(tx, manifest);
  }
}

function open(tx: Transaction, manifest: RolloutManifest): void {
  const { rolloutId, channel, channelRef } = manifest;
  supersedePredecessors(tx, manifest);
  indexSelectors(tx, manifest);
  const plan = planRollout(manifest, tx.state.selectorIndex);
  const index = addRollout(tx, newRollout(tx, plan));
  tx.state.rolloutIndex = new Map(tx.state.rolloutIndex).set(rolloutId, index);
  const onChannel = tx.state.rolloutsOfChannel.get(channel) ?? [];
  tx.state.rolloutsOfChannel = new Map(tx.state.rolloutsOfChannel).set(channel, [...onChannel, index]);
  tx.state.dispatching = [...tx.state.dispatching, index].sort((a, b) => byCodeUnit(idAt(tx, a), idAt(tx, b)));

  const at = tx.now;
  const hosts = plan.hosts.length;
  tx.effects.push({ type: 'OpenRollout', rolloutId, channel, targetRef: channelRef, hosts, at });
  const opened = { type: 'RolloutOpened', rolloutId, channel, targetRef: channelRef, at } as const;
  tx.effects.push({ type: 'AppendRolloutEvent', rolloutId, event: opened });
  plan.hosts.forEach(({ hostname, wave }, position) => {
    tx.effects.push({ type: 'RemoteOpenRolloutRecord', rolloutId, channel, host: hostname });
    join(tx, hostname, index, position);
    feedRollout(tx, index, { type: 'HostJoined', rolloutId, hostId: hostname, wave, at });
  });
}

function supersedePredecessors(tx: Transaction, { channel, rolloutId }: RolloutManifest): void {
  for (const index of tx.state.rolloutsOfChannel.get(channel) ?? []) {
    const { record } = rolloutAt(tx, index);
    if (record.rolloutId === rolloutId || !tx.rules.isSupersededBySuccessor(record.state)) continue;
    feedRollout(tx, index, {
      type: 'SuccessorOpened',
      supersededRolloutId: record.rolloutId,
      successorRolloutId: rolloutId,
      at: tx.now,
    });
  }
}

function indexSelectors(tx: Transaction, { budgets }: RolloutManifest): void {
  const known = new Map(tx.state.selectorIndex);
  for (const { selectorKey } of budgets) if (!known.has(selectorKey)) known.set(selectorKey, known.size);
  if (known.size === tx.state.selectorIndex.size) return;
  const { inFlight } = tx.state;
  tx.state.selectorIndex = known;
  tx.state.inFlight = Array.from(known.values(), (selector) => inFlight[selector] ?? 0);
}

function newRollout(tx: Transaction, plan: RolloutPlan): Rollout {
  const { rolloutId, channel, channelRef } = plan.manifest;
  const slots = plan.hosts.map((host) => newSlot(tx, plan.manifest, host.hostname, host.targetClosure));
  return {
    plan,
    record: openRollout({ rolloutId, channel, targetRef: channelRef, openedAt: tx.now }),
    hosts: vectorOf(slots),
    waves: countWaves(plan),
    converged: 0,
    candidates: bitsOf(slots.length, (rank) => {
      const slot = entryAt(slots, entryAt(plan.positionAtRank, rank));
      return waitsForDispatch(tx, slot, memberOf(tx, slot.record.hostname));
    }),
    dispatched: bitsOf(slots.length, () => false),
    holds: plan.groups.map(() => null),
    newcomers: bitsOf(slots.length, () => false),
  };
}

function newSlot(
  tx: Transaction,
  { rolloutId, channel }: RolloutManifest,
  hostname: string,
  targetClosure: string,
): HostSlot {
  return {
    record: newPendingHost({ rolloutId, hostname, channel, targetClosure, dispatchedAt: tx.now, soakDueAt: null }),
    dispatch: 'none',
    failures: null,
    synthesizedSeq: 0,
    heldForGood: null,
    numbers: ALL_ARRIVED,
    wasBehind: false,
  };
}

/** Every host is still Pending. */
function countWaves({ hosts, waveCount }: RolloutPlan): readonly WaveCount[] {
  const waves = Array.from({ length: waveCount + 1 }, () => ({ hosts: 0, eligible: 0, through: 0, failures: 0 }));
  for (const { row } of hosts) entryAt(waves, row).hosts += 1;
  return waves;
}

/** Adds a host to a rollout. From now on its heartbeats are expected. */
function join(tx: Transaction, hostname: string, rollout: number, position: number): void {
  const known = memberOf(tx, hostname);
  if (known !== undefined && known.places.length === 0) tx.state.unknownHosts -= 1;
  const watch = known === undefined || !(known.isWatched || known.isUnreachable);
  if (watch) watchHost(tx, hostname, wasHeard(tx, known) ? heardAt(tx, known) : tx.now);
  const member = known === undefined ? addMember(tx, unheard(hostname), -Infinity) : known;
  const draft = editMember(tx, member);
  draft.isWatched ||= watch;
  // Not a spread, for which V8 would reserve room for 16 more: most hosts stay in one rollout.
  draft.places = member.places.concat({ rollout, position });
  recount(tx, countedSelectors(tx, known), countedSelectors(tx, draft));
}

function unheard(hostname: string): Omit<FleetMember, 'index'> {
  return {
    hostname,
    runningClosure: null,
    busyWith: EMPTY_LIST,
    isUnreachable: false,
    isWatched: false,
    places: EMPTY_LIST,
  };
}

function idAt(tx: Transaction, index: number): string {
  return rolloutAt(tx, index).record.rolloutId;
}
