import type { OperatorCleared, RetentionExpired } from './control-plane-inputs.ts';
import type { OperatorAnswer } from './control-plane-replies.ts';
import { bitsOf } from './bits.ts';
import { countedSelectors, memberOf, recount, withdraw } from './host-slots.ts';
import { feedRollout } from './rollout-events.ts';
import { withoutHosts } from './rollout-plan.ts';
import { editMember, editRollout, rolloutAt, slotAt, type Turn } from './turn.ts';
import { vectorOf } from './vector.ts';

const ACCEPTED: OperatorAnswer = Object.freeze({ accepted: true, message: null });

/** The rollout is kept for audit, so that its id is never opened again; its host records are let go. */
export function expireRetention(turn: Turn, { rolloutId }: RetentionExpired): OperatorAnswer {
  const index = turn.state.rolloutIndex.get(rolloutId);
  if (index === undefined) return unknown(rolloutId);
  const refusal = feedRollout(turn, index, { type: 'RetentionExpired', rolloutId, at: turn.now });
  if (refusal !== null) return { accepted: false, message: refusal.message };
  letHostsGo(turn, index);
  return ACCEPTED;
}

export function clearRollout(turn: Turn, { rolloutId, operator, reason }: OperatorCleared): OperatorAnswer {
  const index = turn.state.rolloutIndex.get(rolloutId);
  if (index === undefined) return unknown(rolloutId);
  const refusal = feedRollout(turn, index, { type: 'OperatorClearance', rolloutId, operator, reason, at: turn.now });
  return refusal === null ? ACCEPTED : { accepted: false, message: refusal.message };
}

function unknown(rolloutId: string): OperatorAnswer {
  return { accepted: false, message: `There is no rollout ${rolloutId}; give the id of one that was opened.` };
}

function letHostsGo(turn: Turn, index: number): void {
  rolloutAt(turn, index).plan.hosts.forEach(({ hostname }, position) => {
    if (slotAt(rolloutAt(turn, index), position).dispatch === 'outstanding') withdraw(turn, index, position, 'pruned');
    leave(turn, hostname, index);
  });
  const rollout = editRollout(turn, index);
  rollout.plan = withoutHosts(rollout.plan);
  rollout.hosts = vectorOf([]);
  rollout.candidates = bitsOf(0, Boolean);
  rollout.dispatched = bitsOf(0, Boolean);
  rollout.holds = [];
  rollout.newcomers = bitsOf(0, Boolean);
}

function leave(turn: Turn, hostname: string, index: number): void {
  const member = memberOf(turn, hostname);
  if (member === undefined) return;
  const places = member.places.filter(({ rollout }) => rollout !== index);
  const counted = countedSelectors(turn, member);
  editMember(turn, member).places = places;
  recount(turn, counted, countedSelectors(turn, memberOf(turn, hostname)));
  if (places.length === 0) turn.state.strangers += 1;
}
