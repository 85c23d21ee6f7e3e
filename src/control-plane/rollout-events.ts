import type { RolloutEvent, RolloutRefusal, RolloutState } from '../rollout/index.ts';
import { bitsOf, membersOf } from './bits.ts';
import type { WithdrawDispatch } from './effects.ts';
import { countedSelectors, memberOf, recount, refreshCandidate, withdraw } from './host-slots.ts';
import type { OperatorAnswer, OperatorCleared, RetentionExpiredInput } from './inputs.ts';
import { withoutHosts } from './rollout-plan.ts';
import { editMember, editRollout, emitControlPlaneLog, rolloutAt, slotAt, type Transaction } from './transaction.ts';
import { vectorOf } from './vector.ts';

/** Feeds an event to the rollout machine. An accepted event enters the event log. A refusal is logged. */
export function feedRollout(tx: Transaction, index: number, event: RolloutEvent): RolloutRefusal | null {
  const before = rolloutAt(tx, index).record;
  const result = tx.rules.stepRollout(before, event, tx.now);
  if (!result.ok) {
    emitControlPlaneLog(tx, 'warn', 'rollout-event-refused', result.error.message, {
      rolloutId: before.rolloutId,
      event: event.type,
    });
    return result.error;
  }
  tx.effects.push({ type: 'AppendRolloutEvent', rolloutId: before.rolloutId, event });
  for (const effect of result.effects) tx.effects.push(effect);
  editRollout(tx, index).record = result.record;
  withdrawUnlessDispatching(tx, index, result.record.state);
  return null;
}

/** Withdraws a rollout's dispatches once it no longer dispatches, so that polls do not return them. */
function withdrawUnlessDispatching(tx: Transaction, index: number, state: RolloutState): void {
  const { dispatching } = tx.state;
  if (tx.rules.mayDispatch(state) || !dispatching.includes(index)) return;
  tx.state.dispatching = dispatching.filter((other) => other !== index);
  for (const position of membersOf(rolloutAt(tx, index).dispatched)) {
    withdraw(tx, index, position, stoppedBecause(state));
  }
}

function stoppedBecause(state: RolloutState): WithdrawDispatch['because'] {
  return state === 'Superseded' ? 'rollout-superseded' : 'rollout-halted';
}

const ACCEPTED: OperatorAnswer = Object.freeze({ accepted: true, message: null });

/**
 * Drops the host records of a rollout. The rollout itself is kept for audits, and so that its id is never opened again.
 */
export function expireRetention(tx: Transaction, { rolloutId }: RetentionExpiredInput): OperatorAnswer {
  const index = tx.state.rolloutIndex.get(rolloutId);
  if (index === undefined) return unknown(rolloutId);
  const refusal = feedRollout(tx, index, { type: 'RetentionExpired', rolloutId, at: tx.now });
  if (refusal !== null) return { accepted: false, message: refusal.message };
  dropHosts(tx, index);
  return ACCEPTED;
}

export function clearRollout(tx: Transaction, { rolloutId, operator, reason }: OperatorCleared): OperatorAnswer {
  const index = tx.state.rolloutIndex.get(rolloutId);
  if (index === undefined) return unknown(rolloutId);
  const refusal = feedRollout(tx, index, { type: 'OperatorClearance', rolloutId, operator, reason, at: tx.now });
  return refusal === null ? ACCEPTED : { accepted: false, message: refusal.message };
}

function unknown(rolloutId: string): OperatorAnswer {
  return { accepted: false, message: `There is no rollout ${rolloutId}; give the id of one that was opened.` };
}

function dropHosts(tx: Transaction, index: number): void {
  const { hosts } = rolloutAt(tx, index).plan;
  hosts.forEach(({ hostname }, position) => {
    if (slotAt(rolloutAt(tx, index), position).dispatch === 'outstanding') withdraw(tx, index, position, 'pruned');
    leave(tx, hostname, index);
  });
  const rollout = editRollout(tx, index);
  rollout.plan = withoutHosts(rollout.plan);
  rollout.hosts = vectorOf([]);
  rollout.candidates = bitsOf(0, Boolean);
  rollout.dispatched = bitsOf(0, Boolean);
  rollout.holds = [];
  rollout.newcomers = bitsOf(0, Boolean);
  // Whether a host that runs its target has anything to do in another rollout depended on its work in this one.
  for (const { hostname } of hosts) {
    for (const place of memberOf(tx, hostname)?.places ?? []) refreshCandidate(tx, place.rollout, place.position);
  }
}

function leave(tx: Transaction, hostname: string, index: number): void {
  const member = memberOf(tx, hostname);
  if (member === undefined) return;
  const places = member.places.filter(({ rollout }) => rollout !== index);
  const counted = countedSelectors(tx, member);
  editMember(tx, member).places = places;
  recount(tx, counted, countedSelectors(tx, memberOf(tx, hostname)));
  if (places.length === 0) tx.state.unknownHosts += 1;
}
