import type { HostRolloutState } from '../machine/index.ts';
import { stopProbes } from './probes.ts';
import type { Agent } from './state.ts';
import { edit, findRollout, type OpenTurn } from './turn.ts';

export function activeRecord(agent: Agent): HostRolloutState | null {
  return agent.activeRolloutId === null ? null : (findRollout(agent, agent.activeRolloutId)?.record ?? null);
}

/**
 * Makes a stored rollout the active one, which probes and ticks follow. The probes of the previous one stop (rule 9).
 */
export function activate(turn: OpenTurn, rolloutId: string): void {
  if (turn.agent.activeRolloutId === rolloutId) return;
  stopProbes(turn);
  const draft = edit(turn);
  const rollout = findRollout(draft, rolloutId);
  if (rollout === null) throw new Error(`The rollout ${rolloutId} is not stored, so it cannot be activated.`);
  draft.activeRolloutId = rolloutId;
  // In the order of activation, so that the oldest is the first to be forgotten.
  draft.rollouts = draft.rollouts.filter((other) => other.rolloutId !== rolloutId).concat(rollout);
}

/** Activates the rollout that was active before memory was lost. */
export function activateNewest(turn: OpenTurn): void {
  let newest = activeRecord(turn.agent);
  for (const { record } of turn.agent.rollouts) {
    if (record !== null && record.state !== 'Pending' && isNewer(record, newest)) newest = record;
  }
  if (newest !== null) activate(turn, newest.rolloutId);
}

/** By the agent's own clock. The rest makes the result independent of the order of the records. */
function isNewer(record: HostRolloutState, other: HostRolloutState | null): boolean {
  if (other === null) return true;
  const ackedAt = record.dispatchAckedAt ?? -Infinity;
  const otherAckedAt = other.dispatchAckedAt ?? -Infinity;
  if (ackedAt !== otherAckedAt) return ackedAt > otherAckedAt;
  if (record.dispatchedAt !== other.dispatchedAt) return record.dispatchedAt > other.dispatchedAt;
  return record.rolloutId > other.rolloutId;
}

/**
 * Limits the number of remembered rollouts. The oldest go first, but never the active one, or one with undelivered
 * events.
 */
export function forgetOldRollouts(turn: OpenTurn): void {
  let excess = turn.agent.rollouts.length - turn.agent.settings.maxRollouts;
  if (excess <= 0) return;
  edit(turn).rollouts = turn.agent.rollouts.filter(({ rolloutId, undelivered }) => {
    if (excess <= 0 || undelivered.length > 0 || rolloutId === turn.agent.activeRolloutId) return true;
    excess -= 1;
    turn.effects.push({ type: 'RemoveOutboxHeader', rolloutId });
    return false;
  });
}
