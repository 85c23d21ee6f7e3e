import type { Time } from '../machine/index.ts';
import { snapshotOf } from '../wire/index.ts';
import { activeRecord } from './rollouts.ts';
import { NOTHING, type Agent } from './state.ts';
import { edit, type OpenTurn } from './turn.ts';

/**
 * Reports what runs, and what is known of the newest rollout (rule 10). A record that is still Pending is left out: it
 * knows nothing, and the control plane takes its absence for that.
 */
export function sendHeartbeat(turn: OpenTurn): void {
  const record = activeRecord(turn.agent);
  const isReported = record !== null && record.state !== 'Pending';
  edit(turn).heartbeatAt = turn.now;
  turn.effects.push({
    type: 'SendHeartbeat',
    heartbeat: {
      hostname: turn.agent.hostname,
      rolloutId: turn.agent.activeRolloutId,
      currentClosure: turn.agent.runningClosure,
      at: turn.now,
      rollouts: isReported ? [snapshotOf(record)] : NOTHING,
      undelivered: undeliveredRollouts(turn.agent),
    },
  });
}

/** Nearly always none, so that nothing is allocated. */
function undeliveredRollouts({ rollouts }: Agent): readonly string[] {
  let ids: string[] | null = null;
  for (const { rolloutId, undelivered } of rollouts) if (undelivered.length > 0) (ids ??= []).push(rolloutId);
  return ids ?? NOTHING;
}

/** A clock that was set back must not silence the agent until it has caught up. */
export function isHeartbeatDue(agent: Agent, now: Time): boolean {
  return now >= nextHeartbeatAt(agent) || now < agent.heartbeatAt;
}

export function nextHeartbeatAt(agent: Agent): Time {
  return agent.heartbeatAt + agent.settings.heartbeatSecs * 1000;
}
