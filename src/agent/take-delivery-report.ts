import type { AgentInputOf } from './agent-inputs.ts';
import { sendFirst } from './send-first.ts';
import { findRollout, log, storeRollout, type Turn } from './turn.ts';

/** An event was answered, or not: the next one goes out, or the same one again, later (specification: agent, rule 4). */
export function takeDeliveryReport(turn: Turn, report: AgentInputOf<'EventDelivered'>): void {
  const rollout = findRollout(turn.agent, report.rolloutId);
  if (rollout === null) return;
  const settled = turn.parts.settleDelivery(rollout, report);
  if (settled === rollout) return;
  storeRollout(turn, settled);
  const { rolloutId, seq } = report;
  if (settled.undelivered !== rollout.undelivered) turn.effects.push({ type: 'RemoveFromOutbox', rolloutId, seq });
  if (report.outcome === 'refused') {
    log(
      turn,
      'error',
      'The control plane refused an event, which is not sent again. Compare both records of the host.',
      {
        rolloutId,
        seq,
        event: rollout.undelivered[0]?.event.type ?? null,
      },
    );
  }
  sendFirst(turn, settled);
}
