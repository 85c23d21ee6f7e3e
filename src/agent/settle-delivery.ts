import type { AgentInputOf } from './agent-inputs.ts';
import { NOTHING, type AgentRollout, type UndeliveredEvent } from './agent-state.ts';
import { rolloutDraft } from './rollout-draft.ts';

/**
 * What the answer to one event makes of its rollout's outbox (specification: agent, rule 4): answered events leave it,
 * refused ones too, and the others stay where they are. A report about anything but the event under way is an echo of
 * an earlier attempt, and changes nothing: the rollout itself is returned.
 */
export function settleDelivery(rollout: AgentRollout, report: AgentInputOf<'EventDelivered'>): AgentRollout {
  const underWay = rollout.undelivered[0];
  if (underWay === undefined || underWay.event.seq !== report.seq) return rollout;
  const settled = rolloutDraft(rollout);
  if (report.outcome === 'not-delivered') {
    settled.failedAttempts += 1;
  } else {
    settled.failedAttempts = 0;
    settled.undelivered = withoutFirst(rollout.undelivered);
  }
  return settled;
}

function withoutFirst(events: readonly UndeliveredEvent[]): readonly UndeliveredEvent[] {
  return events.length === 1 ? NOTHING : events.slice(1);
}
