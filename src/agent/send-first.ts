import type { AgentRollout } from './agent-state.ts';
import type { Turn } from './turn.ts';

/** Sends the oldest undelivered event of a rollout: one at a time, so that they arrive in order (agent, rule 4). */
export function sendFirst(turn: Turn, rollout: AgentRollout): void {
  const first = rollout.undelivered[0];
  if (first === undefined) return;
  const { afterMs, jitterMs } = turn.parts.retryDelay(turn.agent.settings.retry, rollout.failedAttempts);
  turn.effects.push({ type: 'SendEvent', rolloutId: rollout.rolloutId, event: first.event, afterMs, jitterMs });
}
