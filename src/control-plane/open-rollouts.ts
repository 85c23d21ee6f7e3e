import { newPendingHost } from '../machine/record.ts';
import { openRollout } from '../rollout/rollout-record.ts';
import type { RolloutManifest } from '../fleet/rollout-manifest.ts';
import { bitsOf } from './bits.ts';
import { byCodeUnit } from '../text/index.ts';
import type { FleetMember, HostSlot, Rollout, WaveCount } from './control-plane-state.ts';
import { asks, countedSelectors, memberOf, recount, wasHeard } from './host-slots.ts';
import { watchHost } from './liveness.ts';
import { feedRollout } from './rollout-events.ts';
import { ALL_ARRIVED } from './event-numbers.ts';
import { planRollout, type RolloutPlan } from './rollout-plan.ts';
import { addMember, addRollout, rolloutAt, type Turn } from './turn.ts';
import { vectorOf } from './vector.ts';

/** First step of a pass: every channel whose manifest's ref has no rollout yet gets one. */
export function openRollouts(turn: Turn): void {
  for (const manifest of turn.state.manifests.values()) {
    const known = turn.state.rolloutIndex.get(manifest.rolloutId);
    if (turn.parts.mayOpen(manifest, known === undefined ? null : rolloutAt(turn, known).record)) open(turn, manifest);
  }
}

function open(turn: Turn, manifest: RolloutManifest): void {
  const { rolloutId, channel, channelRef } = manifest;
  supersedePredecessors(turn, manifest);
  knowSelectors(turn, manifest);
  const plan = planRollout(manifest, turn.state.selectorIndex);
  const index = addRollout(turn, newRollout(turn, plan));
  turn.state.rolloutIndex = new Map(turn.state.rolloutIndex).set(rolloutId, index);
  const onChannel = turn.state.rolloutsOfChannel.get(channel) ?? [];
  turn.state.rolloutsOfChannel = new Map(turn.state.rolloutsOfChannel).set(channel, [...onChannel, index]);
  turn.state.dispatching = [...turn.state.dispatching, index].sort((a, b) => byCodeUnit(idAt(turn, a), idAt(turn, b)));

  const at = turn.now;
  const hosts = plan.hosts.length;
  turn.effects.push({ type: 'OpenRollout', rolloutId, channel, targetRef: channelRef, hosts, at });
  const opened = { type: 'RolloutOpened', rolloutId, channel, targetRef: channelRef, at } as const;
  turn.effects.push({ type: 'AppendRolloutEvent', rolloutId, event: opened });
  plan.hosts.forEach(({ hostname, wave }, position) => {
    turn.effects.push({ type: 'RemoteOpenRolloutRecord', rolloutId, channel, host: hostname });
    join(turn, hostname, index, position);
    feedRollout(turn, index, { type: 'HostJoined', rolloutId, hostId: hostname, wave, at });
  });
}

function supersedePredecessors(turn: Turn, { channel, rolloutId }: RolloutManifest): void {
  for (const index of turn.state.rolloutsOfChannel.get(channel) ?? []) {
    const { record } = rolloutAt(turn, index);
    if (record.state === 'Superseded' || record.state === 'Pruned') continue;
    feedRollout(turn, index, {
      type: 'SuccessorOpened',
      supersededRolloutId: record.rolloutId,
      successorRolloutId: rolloutId,
      at: turn.now,
    });
  }
}

function knowSelectors(turn: Turn, { budgets }: RolloutManifest): void {
  const known = new Map(turn.state.selectorIndex);
  for (const { selectorKey } of budgets) if (!known.has(selectorKey)) known.set(selectorKey, known.size);
  if (known.size === turn.state.selectorIndex.size) return;
  const { inFlight } = turn.state;
  turn.state.selectorIndex = known;
  turn.state.inFlight = Array.from(known.values(), (selector) => inFlight[selector] ?? 0);
}

function newRollout(turn: Turn, plan: RolloutPlan): Rollout {
  const { rolloutId, channel, channelRef } = plan.manifest;
  const slots = plan.hosts.map((host) => newSlot(turn, plan.manifest, host.hostname, host.targetClosure));
  return {
    plan,
    record: openRollout({ rolloutId, channel, targetRef: channelRef, openedAt: turn.now }),
    hosts: vectorOf(slots),
    waves: countWaves(plan),
    converged: 0,
    candidates: bitsOf(slots.length, (seat) => {
      // Every seat has a position, and every position a slot.
      const slot = slots[plan.positionAt[seat] as number] as HostSlot;
      return asks(turn, slot, memberOf(turn, slot.record.hostname));
    }),
    dispatched: bitsOf(slots.length, () => false),
    holds: plan.groups.map(() => null),
    newcomers: bitsOf(slots.length, () => false),
  };
}

function newSlot(
  turn: Turn,
  { rolloutId, channel }: RolloutManifest,
  hostname: string,
  targetClosure: string,
): HostSlot {
  return {
    record: newPendingHost({ rolloutId, hostname, channel, targetClosure, dispatchedAt: turn.now, soakDueAt: null }),
    dispatch: 'none',
    failures: null,
    synthesizedSeq: 0,
    heldForGood: null,
    numbers: ALL_ARRIVED,
    wasBehind: false,
  };
}

/** Every host is Pending yet. */
function countWaves({ hosts, waveCount }: RolloutPlan): readonly WaveCount[] {
  const waves = Array.from({ length: waveCount + 1 }, () => ({ hosts: 0, eligible: 0, through: 0, failures: 0 }));
  for (const { row } of hosts) {
    const wave = waves[row];
    if (wave !== undefined) wave.hosts += 1;
  }
  return waves;
}

/** The host is part of one more rollout. From now on it is expected to be heard of. */
function join(turn: Turn, hostname: string, rollout: number, position: number): void {
  const known = memberOf(turn, hostname);
  if (known !== undefined && known.places.length === 0) turn.state.strangers -= 1;
  const watch = known === undefined || !(known.isWatched || known.isUnreachable);
  if (watch) watchHost(turn, hostname, wasHeard(known) ? known.lastHeartbeatAt : turn.now);
  const member: FleetMember = {
    hostname,
    lastHeartbeatAt: known?.lastHeartbeatAt ?? -Infinity,
    runningClosure: known?.runningClosure ?? null,
    busyWith: known?.busyWith ?? NOWHERE,
    isUnreachable: known?.isUnreachable ?? false,
    isWatched: watch || known.isWatched,
    // No room to grow: most hosts are in one rollout for as long as they are known.
    places: [...(known?.places ?? NOWHERE), { rollout, position }],
  };
  addMember(turn, member);
  recount(turn, countedSelectors(turn, known), countedSelectors(turn, member));
}

const NOWHERE: readonly never[] = Object.freeze([]);

function idAt(turn: Turn, index: number): string {
  return rolloutAt(turn, index).record.rolloutId;
}
