import { edit, type Turn } from './turn.ts';

/**
 * Keeps the number of remembered rollouts within its limit: the oldest go first, but none that is active, and none that
 * has an event to deliver.
 */
export function forgetOldRollouts(turn: Turn): void {
  let excess = turn.agent.rollouts.length - turn.agent.settings.maxRollouts;
  if (excess <= 0) return;
  edit(turn).rollouts = turn.agent.rollouts.filter(({ rolloutId, undelivered }) => {
    if (excess <= 0 || undelivered.length > 0 || rolloutId === turn.agent.activeRolloutId) return true;
    excess -= 1;
    turn.effects.push({ type: 'RemoveOutboxHeader', rolloutId });
    return false;
  });
}
