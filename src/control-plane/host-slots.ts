import { EMPTY_LIST } from '../text/index.ts';
import { isOrderingEligible, type HostState, type RemoteEvent, type Time } from '../machine/index.ts';
import { hasBit, withBit } from './bits.ts';
import type { WithdrawDispatch } from './effects.ts';
import { valueOf } from './name-map.ts';
import type { PlannedHost } from './rollout-plan.ts';
import type { FleetMember, HostSlot, WaveCount } from './state.ts';
import { editRollout, rolloutAt, type RolloutDraft, slotAt, type Transaction } from './transaction.ts';
import { entryAt, valueAt, withValue } from './vector.ts';

/** Replaces a host's slot, and updates everything derived from it. */
export function putSlot(tx: Transaction, index: number, position: number, after: HostSlot): void {
  const rollout = editRollout(tx, index);
  const before = slotAt(rollout, position);
  if (before.record.state === after.record.state && before.dispatch === after.dispatch) {
    rollout.hosts = withValue(rollout.hosts, position, after);
    if (before.failures !== after.failures) countWave(rollout, position, before, after);
    if (before.heldForGood !== after.heldForGood) refreshCandidate(tx, index, position);
    return;
  }
  const host = plannedHost(rollout, position);
  const member = memberOf(tx, host.hostname);
  const counted = countedSelectors(tx, member);
  rollout.hosts = withValue(rollout.hosts, position, after);
  rollout.dispatched = withBit(rollout.dispatched, position, after.dispatch === 'outstanding');
  countWave(rollout, position, before, after);
  recount(tx, counted, countedSelectors(tx, member));
  refreshCandidate(tx, index, position);
  // Whether a host that runs its target has anything to do in another rollout depends on its work in this one.
  for (const place of member?.places ?? EMPTY_LIST) {
    if (place.rollout !== index) refreshCandidate(tx, place.rollout, place.position);
  }
}

/** Withdraws an outstanding dispatch. */
export function withdraw(tx: Transaction, index: number, position: number, because: WithdrawDispatch['because']): void {
  const slot = slotAt(rolloutAt(tx, index), position);
  const { rolloutId, hostname } = slot.record;
  tx.effects.push({ type: 'WithdrawDispatch', rolloutId, host: hostname, because, at: tx.now });
  putSlot(tx, index, position, { ...slot, dispatch: 'withdrawn' });
}

/** Updates whether a planning pass has to look at the host. */
export function refreshCandidate(tx: Transaction, index: number, position: number): void {
  const rollout = rolloutAt(tx, index);
  const host = plannedHost(rollout, position);
  const slot = slotAt(rollout, position);
  const isAsking = slot.record.state === 'Pending' && waitsForDispatch(tx, slot, memberOf(tx, host.hostname));
  if (hasBit(rollout.candidates, host.rank) === isAsking) return;
  const draft = editRollout(tx, index);
  draft.candidates = withBit(draft.candidates, host.rank, isAsking);
  if (isAsking && tx.state.dispatching.includes(index)) draft.newcomers = withBit(draft.newcomers, host.rank, true);
}

/** Whether the host waits for a dispatch, by its own state alone. */
export function isCandidate(tx: Transaction, index: number, position: number): boolean {
  const rollout = rolloutAt(tx, index);
  return hasBit(rollout.candidates, plannedHost(rollout, position).rank);
}

/**
 * Whether a Pending host waits for a dispatch: it has none outstanding, it has something to do, and no gate holds it
 * for good. A control plane that lost its database leaves out hosts that it has not heard since. Such a host may be
 * working on an earlier dispatch, and would acknowledge that one with its soak.
 */
export function waitsForDispatch(tx: Transaction, slot: HostSlot, member: FleetMember | undefined): boolean {
  if (slot.dispatch === 'outstanding' || slot.heldForGood !== null) return false;
  if (tx.state.config.dispatchFrom !== null && !wasHeard(tx, member)) return false;
  const { targetClosure, rolloutId } = slot.record;
  // Computed only if needed, which is rare.
  const isUnderWay = member?.runningClosure === targetClosure && isUnderWayElsewhere(tx, member, rolloutId);
  return tx.rules.needsDispatch(targetClosure, member?.runningClosure ?? null, isUnderWay);
}

/**
 * Whether another rollout may still change what the host runs (specification: control-plane, "Heartbeats"). A host that
 * has started a rollout has left the earlier ones.
 */
export function isUnderWayElsewhere(tx: Transaction, member: FleetMember, rolloutId: string): boolean {
  if (member.busyWith.some((busyWith) => busyWith !== rolloutId && !isPartOf(tx, member.hostname, busyWith)))
    return true;
  for (let at = member.places.length - 1; at >= 0; at -= 1) {
    const place = entryAt(member.places, at);
    const rollout = rolloutAt(tx, place.rollout);
    const slot = slotAt(rollout, place.position);
    const isOther = slot.record.rolloutId !== rolloutId;
    if (isOther && tx.rules.isUnderWay(slot.record, slot.dispatch, rollout.plan.manifest.policy)) return true;
    if (isOther && member.busyWith.includes(slot.record.rolloutId)) return true;
    if (slot.record.state !== 'Pending') return false;
  }
  return false;
}

function isPartOf(tx: Transaction, hostname: string, rolloutId: string): boolean {
  const index = tx.state.rolloutIndex.get(rolloutId);
  return index !== undefined && rolloutAt(tx, index).plan.positionOf.has(hostname);
}

/**
 * The selectors in whose budgets a host counts, each once. A host that has started a rollout has left the earlier ones.
 * No agent updates those records any more, so they must not use up a budget for ever.
 */
export function countedSelectors(tx: Transaction, member: FleetMember | undefined): readonly number[] {
  let counted: readonly number[] = EMPTY_LIST;
  const places = member?.places ?? EMPTY_LIST;
  for (let at = places.length - 1; at >= 0; at -= 1) {
    const place = entryAt(places, at);
    const rollout = rolloutAt(tx, place.rollout);
    const { record, dispatch } = slotAt(rollout, place.position);
    if (tx.rules.countsAgainstBudget(record.state, dispatch === 'outstanding')) {
      const { selectors } = plannedHost(rollout, place.position);
      counted = counted.length === 0 ? selectors : [...new Set([...counted, ...selectors])];
    }
    if (record.state !== 'Pending') break;
  }
  return counted;
}

/** When the last heartbeat of the host arrived; `-Infinity` if none did. */
export function heardAt(tx: Transaction, member: FleetMember): Time {
  return valueAt(tx.state.heardAt, member.index);
}

/** Whether any heartbeat of the host has arrived. */
export function wasHeard(tx: Transaction, member: FleetMember | undefined): member is FleetMember {
  return member !== undefined && Number.isFinite(heardAt(tx, member));
}

/** Updates the budget counts for one host. */
export function recount(tx: Transaction, before: readonly number[], after: readonly number[]): void {
  if (before === after) return;
  const counts = tx.state.inFlight.slice();
  for (const selector of before) counts[selector] = entryAt(counts, selector) - 1;
  for (const selector of after) counts[selector] = entryAt(counts, selector) + 1;
  tx.state.inFlight = counts;
}

/** The host's share of its wave's counts. */
function waveShare(slot: HostSlot): Omit<WaveCount, 'hosts'> {
  const { state } = slot.record;
  const eligible = isOrderingEligible(state) ? 1 : 0;
  return { eligible, through: isThrough(state) ? 1 : 0, failures: totalFailures(slot.failures) };
}

function isThrough(state: HostState): boolean {
  return state === 'Soaking' || isOrderingEligible(state);
}

function countWave(rollout: RolloutDraft, position: number, before: HostSlot, after: HostSlot): void {
  const { row } = plannedHost(rollout, position);
  const waves = rollout.waves.slice();
  const wave = entryAt(waves, row);
  const less = waveShare(before);
  const more = waveShare(after);
  waves[row] = {
    hosts: wave.hosts,
    eligible: wave.eligible - less.eligible + more.eligible,
    through: wave.through - less.through + more.through,
    failures: wave.failures - less.failures + more.failures,
  };
  rollout.waves = waves;
  rollout.converged += Number(after.record.state === 'Converged') - Number(before.record.state === 'Converged');
}

export function plannedHost(rollout: Pick<RolloutDraft, 'plan'>, position: number): PlannedHost {
  return entryAt(rollout.plan.hosts, position);
}

export function memberOf(tx: Transaction, hostname: string): FleetMember | undefined {
  return valueOf(tx.state.hosts, hostname);
}

type ProbeResult = Extract<RemoteEvent, { readonly type: 'RemoteProbeResult' }>;
export type EnforceFailures = HostSlot['failures'];

/**
 * The outstanding failures of enforce probes after `event`. Records have no sub-results, so failures are counted as
 * they arrive, and kept until the next activation, like the record's probes.
 */
export function failuresAfter(failures: EnforceFailures, event: RemoteEvent): EnforceFailures {
  if (event.type === 'RemoteActivationCompleted') return null;
  if (event.type !== 'RemoteProbeResult') return failures;
  const count = failuresOf(event);
  if ((failures?.get(event.probeName) ?? 0) === count) return failures;
  const counts = new Map(failures ?? []);
  if (count === 0) counts.delete(event.probeName);
  else counts.set(event.probeName, count);
  return counts.size === 0 ? null : counts;
}

export function totalFailures(failures: EnforceFailures): number {
  if (failures === null) return 0;
  let total = 0;
  for (const count of failures.values()) total += count;
  return total;
}

/** An evidence probe counts each failing control that is enforced. Any other probe counts once if it fails. */
function failuresOf({ mode, status, subResults }: ProbeResult): number {
  if (mode !== 'enforce') return 0;
  if (subResults === null || subResults.length === 0) return status === 'fail' ? 1 : 0;
  return subResults.filter((result) => result.status === 'fail' && result.effectiveMode === 'enforce').length;
}
