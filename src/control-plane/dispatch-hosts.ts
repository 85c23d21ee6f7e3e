import { draftOf } from '../machine/record.ts';
import { membersOf, nextBit, withBit, type Bits } from './bits.ts';
import { byCodeUnit } from '../text/index.ts';
import type { DeferDispatch, QueueDispatch } from './control-plane-effects.ts';
import { gateContext } from './gate-context.ts';
import type { Gate, GateContext } from './gates/gate.ts';
import { isSameHold, type Hold } from './gates/hold.ts';
import { isCandidate, plannedHost, putSlot } from './host-slots.ts';
import { judge } from './judge.ts';
import { deferral, holdForGood } from './quarantine.ts';
import type { Group, RolloutPlan } from './rollout-plan.ts';
import { editRollout, rolloutAt, slotAt, type Turn } from './turn.ts';

/** A group's first host that still waits. */
interface Head {
  readonly group: number;
  readonly position: number;
}

interface Pass {
  readonly turn: Turn;
  readonly index: number;
  readonly context: GateContext;
  readonly decisions: (QueueDispatch | DeferDispatch)[];
}

/**
 * Third step of a pass: the waiting hosts of one rollout go through the gates, in order of name.
 *
 * Only the first host of each group is looked at: once a gate holds it, that gate holds the rest of the group too,
 * because within a pass budgets only fill. The outcome is that of looking at every host.
 */
export function dispatchHosts(turn: Turn, index: number): void {
  const pass: Pass = { turn, index, context: gateContext(turn, index), decisions: [] };
  const heads = firstHeads(pass);
  for (let head = heads.pop(); head !== undefined; head = heads.pop()) {
    const next = decide(pass, head);
    if (next !== null) insertHead(heads, next);
  }
  forgetNewcomers(turn, index);
  emit(pass);
}

function forgetNewcomers(turn: Turn, index: number): void {
  for (const seat of membersOf(rolloutAt(turn, index).newcomers)) {
    const rollout = editRollout(turn, index);
    rollout.newcomers = withBit(rollout.newcomers, seat, false);
  }
}

/** The head of every group that waits, the last by name first. */
function firstHeads({ turn, index }: Pass): Head[] {
  const { plan, candidates } = rolloutAt(turn, index);
  const heads: Head[] = [];
  for (let seat = nextBit(candidates, 0); seat >= 0;) {
    const position = plan.positionAt[seat] ?? 0;
    const { group } = plannedHost({ plan }, position);
    heads.push({ group, position });
    seat = nextBit(candidates, rangeOf(plan, group).end);
  }
  return heads.sort((a, b) => b.position - a.position);
}

/** What becomes of a head, and the head that its group has then; `null` if the rest of the group waits. */
function decide(pass: Pass, head: Head): Head | null {
  const { turn, index, context } = pass;
  const candidate = plannedHost(rolloutAt(turn, index), head.position);
  const { gate, hold } = judge(turn.parts.gates, context, candidate);
  if (gate === null) queue(pass, head.position);
  else if (gate.reach === 'closure') pass.decisions.push(holdForGood(turn, index, head.position, hold));
  else return deferGroup(pass, head, gate, hold);
  return headAfter(pass, head, candidate.seat);
}

function queue({ turn, index, decisions }: Pass, position: number): void {
  const rollout = rolloutAt(turn, index);
  const slot = slotAt(rollout, position);
  const { wave, soakMinutes } = plannedHost(rollout, position);
  const record = draftOf(slot.record);
  record.dispatchedAt = turn.now;
  record.soakDueAt = turn.parts.soakDueAt(soakMinutes, turn.now);
  putSlot(turn, index, position, { ...slot, record, dispatch: 'outstanding' });
  const { rolloutId, hostname, targetClosure, soakDueAt, dispatchedAt } = record;
  decisions.push({ type: 'QueueDispatch', rolloutId, host: hostname, wave, targetClosure, soakDueAt, dispatchedAt });
}

/** The whole group waits for the same; whoever has been told so already is not told again. */
function deferGroup(pass: Pass, head: Head, gate: Gate, hold: Hold): Head | null {
  const { turn, index } = pass;
  const { holds, newcomers, plan } = rolloutAt(turn, index);
  const range = rangeOf(plan, head.group);
  if (gate.reach === 'host' && range.end - range.start > 1) {
    defer(pass, head.position, hold);
    return headAfter(pass, head, plannedHost({ plan }, head.position).seat);
  }
  const known = holds[head.group] ?? null;
  if (known !== null && isSameHold(known, hold)) {
    for (const position of seated(plan, range, newcomers)) {
      if (isCandidate(turn, index, position)) defer(pass, position, hold);
    }
    return null;
  }
  const changed = holds.slice();
  changed[head.group] = hold;
  editRollout(turn, index).holds = changed;
  for (const position of seated(plan, range, rolloutAt(turn, index).candidates)) defer(pass, position, hold);
  return null;
}

/** The positions of those whose seats are in the set and in the range. */
function* seated(plan: RolloutPlan, { start, end }: Group, seats: Bits): Generator<number, void> {
  for (let seat = nextBit(seats, start); seat >= 0 && seat < end; seat = nextBit(seats, seat + 1)) {
    // Every seat has a position.
    yield plan.positionAt[seat] as number;
  }
}

/** Each is asked, because the reason names the host, and because its closure may be refused for good. */
function defer({ turn, index, context, decisions }: Pass, position: number, hold: Hold): void {
  const rollout = rolloutAt(turn, index);
  const own = judge(turn.parts.gates, context, plannedHost(rollout, position));
  if (own.gate !== null && own.gate.reach === 'closure') decisions.push(holdForGood(turn, index, position, own.hold));
  else decisions.push(deferral(slotAt(rollout, position), own.hold ?? hold, turn.now));
}

function headAfter({ turn, index }: Pass, { group }: Head, seat: number): Head | null {
  const { plan, candidates } = rolloutAt(turn, index);
  const next = nextBit(candidates, seat + 1);
  return next < 0 || next >= rangeOf(plan, group).end ? null : { group, position: plan.positionAt[next] ?? 0 };
}

// The numbers of groups come from the plan itself.
const rangeOf = ({ groups }: RolloutPlan, group: number): Group => groups[group] as Group;

/** Keeps the heads sorted, so that the next by name is always the last. */
function insertHead(heads: Head[], head: Head): void {
  let low = 0;
  let high = heads.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((heads[middle]?.position ?? 0) > head.position) low = middle + 1;
    else high = middle;
  }
  heads.splice(low, 0, head);
}

/** Decisions leave in order of host name, each dispatch with the effect that carries it out. */
function emit({ turn, decisions }: Pass): void {
  decisions.sort((a, b) => byCodeUnit(a.host, b.host));
  for (const decision of decisions) {
    turn.effects.push(decision);
    if (decision.type !== 'QueueDispatch') continue;
    const { host, rolloutId, targetClosure, soakDueAt } = decision;
    turn.effects.push({ type: 'RemoteQueueDispatch', host, rolloutId, targetClosure, soakDueAt });
  }
}
