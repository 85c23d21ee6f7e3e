import type { LocalEmitEvent } from '../machine/effects.ts';
import type { AgentRollout, UndeliveredEvent } from './agent-state.ts';
import { sendFirst } from './send-first.ts';
import { editRollout, findRollout, log, type Turn } from './turn.ts';

/** An event enters the outbox, and is sent if no other is under way (specification: agent, rule 4). */
export function emit(turn: Turn, effect: LocalEmitEvent): void {
  const rollout = findRollout(turn.agent, effect.rolloutId);
  if (rollout === null) {
    log(turn, 'error', 'An event of an unknown rollout is not sent: this is a defect.', {
      rolloutId: effect.rolloutId,
    });
    return;
  }
  turn.effects.push(effect);
  const isFirst = rollout.undelivered.length === 0;
  const stored = editRollout(turn, rollout);
  stored.undelivered = bounded(turn, rollout, { event: effect.payload, durable: effect.durable });
  if (isFirst) sendFirst(turn, stored);
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
