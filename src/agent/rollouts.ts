import type { HostRolloutState } from '../machine/index.ts';
import { stopProbes } from './probes.ts';
import type { Agent, AgentRollout } from './state.ts';
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
  const others = draft.rollouts.filter((other) => other.rolloutId !== rolloutId);
  const before = Math.max(0, ...others.map((other) => other.activation ?? 0));
  draft.rollouts = others.concat({ ...rollout, activation: Math.max(rollout.activation ?? 0, before + 1) });
}

/** Activates the rollout that was active before memory was lost. */
export function activateNewest(turn: OpenTurn): void {
  const { activeRolloutId, rollouts } = turn.agent;
  let newest = activeRolloutId === null ? null : findRollout(turn.agent, activeRolloutId);
  for (const rollout of rollouts) {
    const { record } = rollout;
    if (record !== null && record.state !== 'Pending' && isNewer(record, rollout, newest)) newest = rollout;
  }
  if (newest !== null) activate(turn, newest.rolloutId);
}

/**
 * In the order of activation where it is known. A record that comes from an answer is newer than one that was begun here
 * only if both the agent's clock and the control plane's say so: either may have been set back. The rest makes the
 * result independent of the order of the records.
 */
function isNewer(record: HostRolloutState, { activation }: AgentRollout, newest: AgentRollout | null): boolean {
  const other = newest?.record ?? null;
  if (newest === null || other === null) return true;
  if (activation !== null && newest.activation !== null) return activation > newest.activation;
  if (newest.activation !== null) return isLaterByBoth(record, other);
  if (activation !== null) return !isLaterByBoth(other, record);
  const ackedAt = record.dispatchAckedAt ?? -Infinity;
  const otherAckedAt = other.dispatchAckedAt ?? -Infinity;
  if (ackedAt !== otherAckedAt) return ackedAt > otherAckedAt;
  if (record.dispatchedAt !== other.dispatchedAt) return record.dispatchedAt > other.dispatchedAt;
  return record.rolloutId > other.rolloutId;
}

function isLaterByBoth(record: HostRolloutState, other: HostRolloutState): boolean {
  const isAckedLater = (record.dispatchAckedAt ?? -Infinity) > (other.dispatchAckedAt ?? -Infinity);
  return isAckedLater && record.dispatchedAt >= other.dispatchedAt;
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
