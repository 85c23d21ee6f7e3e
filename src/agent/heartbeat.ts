import { EMPTY_LIST } from '../text/index.ts';
import type { Time } from '../machine/index.ts';
import { snapshotOf } from '../wire/index.ts';
import { activeRecord } from './rollouts.ts';
import type { Agent } from './state.ts';
import { edit, type OpenTurn } from './turn.ts';

/**
 * Reports the running closure and the record of the active rollout (rule 10). A Pending record is left out: it carries
 * no information, and the control plane reads its absence as Pending.
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
      rollouts: isReported ? [snapshotOf(record)] : EMPTY_LIST,
      undelivered: undeliveredRollouts(turn.agent),
    },
  });
}

/** The rollouts with undelivered events. Nearly always empty, so it allocates only if needed. */
function undeliveredRollouts({ rollouts }: Agent): readonly string[] {
  let ids: string[] | null = null;
  for (const { rolloutId, undelivered } of rollouts) if (undelivered.length > 0) (ids ??= []).push(rolloutId);
  return ids ?? EMPTY_LIST;
}

/** Whether to send a heartbeat. A clock that was set back must not silence the agent until it catches up. */
export function isHeartbeatDue(agent: Agent, now: Time): boolean {
  return now >= nextHeartbeatAt(agent) || now < agent.heartbeatAt;
}

export function nextHeartbeatAt(agent: Agent): Time {
  return agent.heartbeatAt + agent.settings.heartbeatSecs * 1000;
}
