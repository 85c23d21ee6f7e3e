import type { HostState } from '../machine/record.ts';
import { isOrderingEligible } from '../machine/host-states.ts';
import { hasBit, withBit } from './bits.ts';
import type { WithdrawDispatch } from './control-plane-effects.ts';
import type { FleetMember, HostSlot, Place, WaveCount } from './control-plane-state.ts';
import { totalFailures } from './enforce-failures.ts';
import { valueOf } from './name-map.ts';
import type { PlannedHost } from './rollout-plan.ts';
import { withValue } from './vector.ts';
import { editRollout, rolloutAt, slotAt, type RolloutDraft, type Turn } from './turn.ts';

/** Puts a new slot in place of a host's and brings everything that is counted of it up to date. */
export function putSlot(turn: Turn, index: number, position: number, after: HostSlot): void {
  const rollout = editRollout(turn, index);
  const before = slotAt(rollout, position);
  if (before.record.state === after.record.state && before.dispatch === after.dispatch) {
    rollout.hosts = withValue(rollout.hosts, position, after);
    if (before.failures !== after.failures) countWave(rollout, position, before, after);
    if (before.heldForGood !== after.heldForGood) refreshCandidate(turn, index, position);
    return;
  }
  const host = plannedHost(rollout, position);
  const member = memberOf(turn, host.hostname);
  const counted = countedSelectors(turn, member);
  rollout.hosts = withValue(rollout.hosts, position, after);
  rollout.dispatched = withBit(rollout.dispatched, position, after.dispatch === 'outstanding');
  countWave(rollout, position, before, after);
  recount(turn, counted, countedSelectors(turn, member));
  refreshCandidate(turn, index, position);
  // What is under way here decides whether a host that runs its target has anything to do in another rollout.
  for (const place of member?.places ?? NONE) {
    if (place.rollout !== index) refreshCandidate(turn, place.rollout, place.position);
  }
}

/** Takes back an outstanding dispatch. */
export function withdraw(turn: Turn, index: number, position: number, because: WithdrawDispatch['because']): void {
  const slot = slotAt(rolloutAt(turn, index), position);
  const { rolloutId, hostname } = slot.record;
  turn.effects.push({ type: 'WithdrawDispatch', rolloutId, host: hostname, because, at: turn.now });
  putSlot(turn, index, position, { ...slot, dispatch: 'withdrawn' });
}

/** Whether a planning pass has to look at the host, judged anew. */
export function refreshCandidate(turn: Turn, index: number, position: number): void {
  const rollout = rolloutAt(turn, index);
  const host = plannedHost(rollout, position);
  const slot = slotAt(rollout, position);
  const isAsking = slot.record.state === 'Pending' && asks(turn, slot, memberOf(turn, host.hostname));
  if (hasBit(rollout.candidates, host.seat) === isAsking) return;
  const draft = editRollout(turn, index);
  draft.candidates = withBit(draft.candidates, host.seat, isAsking);
  if (isAsking && turn.state.dispatching.includes(index)) draft.newcomers = withBit(draft.newcomers, host.seat, true);
}

/** The host waits to be dispatched, as far as its own state goes. */
export function isCandidate(turn: Turn, index: number, position: number): boolean {
  const rollout = rolloutAt(turn, index);
  return hasBit(rollout.candidates, plannedHost(rollout, position).seat);
}

/**
 * Of a host that is Pending: no outstanding dispatch, something to do, and no gate that never lets go. A control plane that lost its
 * database asks nobody whom it has not heard since: the host may be at work on an earlier dispatch, and would
 * acknowledge that one and end its soak by it, when this one says something else.
 */
export function asks(turn: Turn, slot: HostSlot, member: FleetMember | undefined): boolean {
  if (slot.dispatch === 'outstanding' || slot.heldForGood !== null) return false;
  if (turn.state.config.dispatchFrom !== null && !wasHeard(member)) return false;
  const { targetClosure, rolloutId } = slot.record;
  // Asked only where it decides something, and that is rare.
  const isUnderWay = member?.runningClosure === targetClosure && isUnderWayElsewhere(turn, member, rolloutId);
  return turn.parts.needsDispatch(targetClosure, member?.runningClosure ?? null, isUnderWay);
}

/**
 * Whether another rollout may still change what the host runs (specification: control-plane, "Heartbeats"). A host that
 * has started a rollout has left the earlier ones: nothing of them is under way any more.
 */
export function isUnderWayElsewhere(turn: Turn, member: FleetMember, rolloutId: string): boolean {
  if (member.busyWith.some((busyWith) => busyWith !== rolloutId && !isPartOf(turn, member.hostname, busyWith)))
    return true;
  for (let at = member.places.length - 1; at >= 0; at -= 1) {
    // `at` is below the length.
    const place = member.places[at] as Place;
    const rollout = rolloutAt(turn, place.rollout);
    const slot = slotAt(rollout, place.position);
    const isOther = slot.record.rolloutId !== rolloutId;
    if (isOther && turn.parts.isUnderWay(slot.record, slot.dispatch, rollout.plan.manifest.policy)) return true;
    if (slot.record.state !== 'Pending') return false;
    if (isOther && member.busyWith.includes(slot.record.rolloutId)) return true;
  }
  return false;
}

function isPartOf(turn: Turn, hostname: string, rolloutId: string): boolean {
  const index = turn.state.rolloutIndex.get(rolloutId);
  return index !== undefined && rolloutAt(turn, index).plan.positionOf.has(hostname);
}

/**
 * The selectors in whose budgets a host counts now, each once however many of its records speak for it. A host that
 * has started a rollout has left the earlier ones: their records stay as they were, because no agent works on them any
 * more, and must not eat the budget for ever.
 */
export function countedSelectors(turn: Turn, member: FleetMember | undefined): readonly number[] {
  let counted: readonly number[] = NONE;
  const places = member?.places ?? NONE;
  for (let at = places.length - 1; at >= 0; at -= 1) {
    const place = places[at];
    if (place === undefined) continue;
    const rollout = rolloutAt(turn, place.rollout);
    const { record, dispatch } = slotAt(rollout, place.position);
    if (turn.parts.countsAgainstBudget(record.state, dispatch === 'outstanding')) {
      const { selectors } = plannedHost(rollout, place.position);
      counted = counted.length === 0 ? selectors : [...new Set([...counted, ...selectors])];
    }
    if (record.state !== 'Pending') break;
  }
  return counted;
}

/** Whether any heartbeat of the host has arrived. */
export function wasHeard(member: FleetMember | undefined): member is FleetMember {
  return member !== undefined && Number.isFinite(member.lastHeartbeatAt);
}

/** Corrects the counts of the budgets for one host. */
export function recount(turn: Turn, before: readonly number[], after: readonly number[]): void {
  if (before === after) return;
  const counts = turn.state.inFlight.slice();
  for (const selector of before) counts[selector] = (counts[selector] ?? 0) - 1;
  for (const selector of after) counts[selector] = (counts[selector] ?? 0) + 1;
  turn.state.inFlight = counts;
}

/** What one host adds to the counts of its wave. */
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
  const wave = waves[row];
  if (wave === undefined) return;
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
  // Positions come from the plan itself.
  return rollout.plan.hosts[position] as PlannedHost;
}

export function memberOf(turn: Turn, hostname: string): FleetMember | undefined {
  return valueOf(turn.state.hosts, hostname);
}

const NONE: readonly never[] = Object.freeze([]);
