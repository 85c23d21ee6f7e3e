import type { HostRolloutState } from '../machine/record.ts';
import type { Agent } from './agent-state.ts';
import { stopProbes } from './probe-runs.ts';
import { edit, findRollout, type Turn } from './turn.ts';

/** From now on probes and ticks follow this rollout; what ran for an earlier one stops (specification: agent, rule 9). */
export function activate(turn: Turn, rolloutId: string): void {
  if (turn.agent.activeRolloutId === rolloutId) return;
  stopProbes(turn);
  const draft = edit(turn);
  draft.activeRolloutId = rolloutId;
  // The order of the list is that of activation, so that the oldest is found first when one must be forgotten.
  const rollout = findRollout(draft, rolloutId);
  if (rollout === null) return;
  draft.rollouts = [...draft.rollouts.filter((other) => other.rolloutId !== rolloutId), rollout];
}

/** Lets the newest activated of the known rollouts be the active one, after memory was lost. */
export function activateNewest(turn: Turn): void {
  let newest = activeRecord(turn.agent);
  for (const { record } of turn.agent.rollouts) {
    if (record !== null && record.state !== 'Pending' && isNewer(record, newest)) newest = record;
  }
  if (newest !== null) activate(turn, newest.rolloutId);
}

export function activeRecord(agent: Agent): HostRolloutState | null {
  return agent.activeRolloutId === null ? null : (findRollout(agent, agent.activeRolloutId)?.record ?? null);
}

/** By the agent's own clock first; the other two make the answer the same whatever the order of the records. */
function isNewer(record: HostRolloutState, other: HostRolloutState | null): boolean {
  if (other === null) return true;
  const ackedAt = record.dispatchAckedAt ?? -Infinity;
  const otherAckedAt = other.dispatchAckedAt ?? -Infinity;
  if (ackedAt !== otherAckedAt) return ackedAt > otherAckedAt;
  if (record.dispatchedAt !== other.dispatchedAt) return record.dispatchedAt > other.dispatchedAt;
  return record.rolloutId > other.rolloutId;
}
