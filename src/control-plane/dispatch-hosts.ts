import { draftOf } from '../machine/index.ts';
import { membersOf, nextBit, withBit, type Bits } from './bits.ts';
import { byCodeUnit } from '../text/index.ts';
import type { DeferDispatch, QueueDispatch } from './effects.ts';
import { gateContext, judgeGates, deferral, holdForGood } from './gating.ts';
import type { Gate, GateContext } from './gates/gate.ts';
import { isSameHold, type Hold } from './gates/hold.ts';
import { isCandidate, plannedHost, putSlot } from './host-slots.ts';
import type { Group, RolloutPlan } from './rollout-plan.ts';
import { editRollout, rolloutAt, slotAt, type Transaction } from './transaction.ts';
import { entryAt } from './vector.ts';

/** The first waiting host of a group. */
interface Head {
  readonly group: number;
  readonly position: number;
}

interface Pass {
  readonly tx: Transaction;
  readonly index: number;
  readonly context: GateContext;
  readonly decisions: (QueueDispatch | DeferDispatch)[];
}

/**
 * Third step of a pass: checks the waiting hosts of one rollout against the gates, in order of name.
 *
 * Looks only at the first host of each group. If a gate holds it, the gate holds the rest of the group too, because
 * within a pass budgets only fill up. The outcome is the same as if every host were checked.
 */
export function dispatchHosts(tx: Transaction, index: number): void {
  const pass: Pass = { tx, index, context: gateContext(tx, index), decisions: [] };
  const heads = firstHeads(pass);
  for (let head = heads.pop(); head !== undefined; head = heads.pop()) {
    const next = decide(pass, head);
    if (next !== null) insertHead(heads, next);
  }
  forgetNewcomers(tx, index);
  emit(pass);
}

function forgetNewcomers(tx: Transaction, index: number): void {
  for (const rank of membersOf(rolloutAt(tx, index).newcomers)) {
    const rollout = editRollout(tx, index);
    rollout.newcomers = withBit(rollout.newcomers, rank, false);
  }
}

/** The head of every waiting group, in reverse order of name. */
function firstHeads({ tx, index }: Pass): Head[] {
  const { plan, candidates } = rolloutAt(tx, index);
  const heads: Head[] = [];
  for (let rank = nextBit(candidates, 0); rank >= 0;) {
    const position = entryAt(plan.positionAtRank, rank);
    const { group } = plannedHost({ plan }, position);
    heads.push({ group, position });
    rank = nextBit(candidates, rangeOf(plan, group).end);
  }
  return heads.sort((a, b) => b.position - a.position);
}

/** Decides on a head. Returns the group's next head; `null` if the rest of the group waits. */
function decide(pass: Pass, head: Head): Head | null {
  const { tx, index, context } = pass;
  const candidate = plannedHost(rolloutAt(tx, index), head.position);
  const { gate, hold } = judgeGates(tx.rules.gates, context, candidate);
  if (gate === null) queue(pass, head.position);
  else if (gate.reach === 'closure') pass.decisions.push(holdForGood(tx, index, head.position, hold));
  else return deferGroup(pass, head, gate, hold);
  return headAfter(pass, head, candidate.rank);
}

function queue({ tx, index, decisions }: Pass, position: number): void {
  const rollout = rolloutAt(tx, index);
  const slot = slotAt(rollout, position);
  const { wave, soakMinutes } = plannedHost(rollout, position);
  const record = draftOf(slot.record);
  record.dispatchedAt = tx.now;
  record.soakDueAt = tx.rules.soakDueAt(soakMinutes, tx.now);
  putSlot(tx, index, position, { ...slot, record, dispatch: 'outstanding' });
  const { rolloutId, hostname, targetClosure, soakDueAt, dispatchedAt } = record;
  decisions.push({ type: 'QueueDispatch', rolloutId, host: hostname, wave, targetClosure, soakDueAt, dispatchedAt });
}

/** Reports the whole group as held for the same reason, except hosts that were already reported for it. */
function deferGroup(pass: Pass, head: Head, gate: Gate, hold: Hold): Head | null {
  const { tx, index } = pass;
  const { holds, newcomers, plan } = rolloutAt(tx, index);
  const range = rangeOf(plan, head.group);
  if (gate.reach === 'host' && range.end - range.start > 1) {
    defer(pass, head.position, hold);
    return headAfter(pass, head, plannedHost({ plan }, head.position).rank);
  }
  const known = holds[head.group] ?? null;
  if (known !== null && isSameHold(known, hold)) {
    for (const position of inRange(plan, range, newcomers)) {
      if (isCandidate(tx, index, position)) defer(pass, position, hold);
    }
    return null;
  }
  const changed = holds.slice();
  changed[head.group] = hold;
  editRollout(tx, index).holds = changed;
  for (const position of inRange(plan, range, rolloutAt(tx, index).candidates)) defer(pass, position, hold);
  return null;
}

/** The positions of the ranks that are both in the set and in the range. */
function* inRange(plan: RolloutPlan, { start, end }: Group, ranks: Bits): Generator<number, void> {
  for (let rank = nextBit(ranks, start); rank >= 0 && rank < end; rank = nextBit(ranks, rank + 1)) {
    yield entryAt(plan.positionAtRank, rank);
  }
}

/** Checks each host separately: the reason names the host, and its closure may be quarantined. */
function defer({ tx, index, context, decisions }: Pass, position: number, hold: Hold): void {
  const rollout = rolloutAt(tx, index);
  const own = judgeGates(tx.rules.gates, context, plannedHost(rollout, position));
  if (own.gate !== null && own.gate.reach === 'closure') decisions.push(holdForGood(tx, index, position, own.hold));
  else decisions.push(deferral(slotAt(rollout, position), own.hold ?? hold, tx.now));
}

function headAfter({ tx, index }: Pass, { group }: Head, rank: number): Head | null {
  const { plan, candidates } = rolloutAt(tx, index);
  const next = nextBit(candidates, rank + 1);
  return next < 0 || next >= rangeOf(plan, group).end ? null : { group, position: entryAt(plan.positionAtRank, next) };
}

const rangeOf = ({ groups }: RolloutPlan, group: number): Group => entryAt(groups, group);

/** Inserts a head in reverse order of name, so that the next one is the last. */
function insertHead(heads: Head[], head: Head): void {
  let low = 0;
  let high = heads.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (entryAt(heads, middle).position > head.position) low = middle + 1;
    else high = middle;
  }
  heads.splice(low, 0, head);
}

/** Emits the decisions in order of hostname, each dispatch together with the effect that performs it. */
function emit({ tx, decisions }: Pass): void {
  decisions.sort((a, b) => byCodeUnit(a.host, b.host));
  for (const decision of decisions) {
    tx.effects.push(decision);
    if (decision.type !== 'QueueDispatch') continue;
    const { host, rolloutId, targetClosure, soakDueAt } = decision;
    tx.effects.push({ type: 'RemoteQueueDispatch', host, rolloutId, targetClosure, soakDueAt });
  }
}
