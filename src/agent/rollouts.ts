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
  // In the order of activation, so that the oldest is forgotten first.
  const others = draft.rollouts.filter((other) => other.rolloutId !== rolloutId);
  const before = Math.max(0, ...others.map((other) => other.activation ?? 0));
  draft.rollouts = others.concat({ ...rollout, activation: Math.max(rollout.activation ?? 0, before + 1) });
}

/**
 * Activates the rollout that was active before memory was lost: of those started here, the one activated last. A record
 * from an answer is newer only if both the agent's clock and the control plane's say so, because either may have been
 * set back, and if what runs does not contradict it. The result does not depend on the order of the records.
 */
export function activateNewest(turn: OpenTurn): void {
  const { activeRolloutId, rollouts } = turn.agent;
  let begun: { readonly record: HostRolloutState; readonly activation: number } | null = null;
  let learned: HostRolloutState | null = null;
  for (const { rolloutId, record, activation } of rollouts) {
    if (record === null || (record.state === 'Pending' && rolloutId !== activeRolloutId)) continue;
    if (activation === null) learned = learned === null || isLater(record, learned) ? record : learned;
    else if (begun === null || activation > begun.activation) begun = { record, activation };
  }
  const isLearned =
    learned !== null &&
    (begun === null ||
      (isLaterByBoth(learned, begun.record) && !isContradicted(learned, begun.record, turn.agent.runningClosure)));
  const newest = isLearned ? learned : (begun?.record ?? null);
  if (newest !== null) activate(turn, newest.rolloutId);
}

function isLater(record: HostRolloutState, other: HostRolloutState): boolean {
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

/** The host ran the learned rollout's closure once and runs the begun one's now: both clocks were set back between. */
function isContradicted(learned: HostRolloutState, begun: HostRolloutState, runningClosure: string): boolean {
  const { currentClosure } = learned;
  return currentClosure !== null && currentClosure !== runningClosure && begun.targetClosure === runningClosure;
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
