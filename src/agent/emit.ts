import type { LocalEmitEvent } from '../machine/effects.ts';
import type { AgentRollout, UndeliveredEvent } from './agent-state.ts';
import { sendFirst } from './send-first.ts';
import { findRollout, log, storeRollout, type Turn } from './turn.ts';

/** How many numbers one writing of the header allows: a crash wastes as many at most, and they cost nothing. */
const RESERVED_NUMBERS = 64;

/** An event enters the outbox, and is sent if no other is under way (specification: agent, rule 4). */
export function emit(turn: Turn, effect: LocalEmitEvent): void {
  const rollout = findRollout(turn.agent, effect.rolloutId);
  if (rollout === null) {
    log(turn, 'error', 'An event of an unknown rollout is not sent: this is a defect.', { rolloutId: effect.rolloutId });
    return;
  }
  const reservedTo = reserve(turn, rollout, effect.payload.seq);
  turn.effects.push(effect);
  const undelivered = bounded(turn, rollout, { event: effect.payload, durable: effect.durable });
  const stored = { ...rollout, reservedTo, undelivered };
  storeRollout(turn, stored);
  if (rollout.undelivered.length === 0) sendFirst(turn, stored);
}

/** Sees to it that the header on disk covers `seq` before the event can be seen by anybody (rule 11). */
function reserve(turn: Turn, rollout: AgentRollout, seq: number): number {
  const { manifest, record, reservedTo } = rollout;
  if (seq <= reservedTo || manifest === null || record === null) return reservedTo;
  const numberedTo = Math.min(seq + RESERVED_NUMBERS - 1, Number.MAX_SAFE_INTEGER);
  const { rolloutId, dispatchedAt, soakDueAt } = record;
  turn.effects.push({ type: 'WriteOutboxHeader', header: { rolloutId, manifest, dispatchedAt, soakDueAt, numberedTo } });
  return numberedTo;
}

/** The backlog with `added` behind it, made shorter where it is over its limit. */
function bounded(turn: Turn, rollout: AgentRollout, added: UndeliveredEvent): readonly UndeliveredEvent[] {
  const backlog = [...rollout.undelivered, added];
  const { maxUndeliveredEvents } = turn.agent.settings;
  if (backlog.length <= maxUndeliveredEvents) return backlog;
  const { kept, droppedSeqs } = turn.parts.compactBacklog(backlog, maxUndeliveredEvents);
  if (droppedSeqs.length === 0) return backlog;
  const { rolloutId } = rollout;
  for (const seq of droppedSeqs) turn.effects.push({ type: 'RemoveFromOutbox', rolloutId, seq });
  log(turn, 'warn', 'The outbox is full: probe results that later ones make up for are not sent.', {
    rolloutId,
    dropped: droppedSeqs.length,
    undelivered: kept.length,
  });
  return kept;
}
