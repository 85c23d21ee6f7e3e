import { snapshotOf } from '../wire/host-rollout-snapshot.ts';
import { activeRecord } from './active-rollout.ts';
import type { Agent } from './agent-state.ts';
import { edit, type Turn } from './turn.ts';

/**
 * Says what runs, and what is known of the newest rollout (specification: agent, rule 10). A record that is still
 * Pending is not told: it knows nothing, and the control plane takes its absence for that.
 */
export function sendHeartbeat(turn: Turn): void {
  const record = activeRecord(turn.agent);
  const isTold = record !== null && record.state !== 'Pending';
  edit(turn).heartbeatAt = turn.now;
  turn.effects.push({
    type: 'SendHeartbeat',
    heartbeat: {
      hostname: turn.agent.hostname,
      rolloutId: turn.agent.activeRolloutId,
      currentClosure: turn.agent.runningClosure,
      at: turn.now,
      rollouts: isTold ? [snapshotOf(record)] : [],
      undelivered: turn.agent.rollouts
        .filter(({ undelivered }) => undelivered.length > 0)
        .map(({ rolloutId }) => rolloutId),
    },
  });
}

/** A clock that was set back must not silence the agent until it has caught up. */
export function isHeartbeatDue(agent: Agent, now: number): boolean {
  return now >= nextHeartbeatAt(agent) || now < agent.heartbeatAt;
}

export function nextHeartbeatAt(agent: Agent): number {
  return agent.heartbeatAt + agent.settings.heartbeatSecs * 1000;
}
