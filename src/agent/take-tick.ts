import { answerGivenUpAt } from './awaits-answer.ts';
import { finishBoot } from './boot.ts';
import { activeRecord } from './active-rollout.ts';
import type { Agent } from './agent-state.ts';
import { feed } from './feed.ts';
import { convergenceDueAt } from './find-convergence.ts';
import { sustainedFailureDueAt } from './find-sustained-failure.ts';
import { isHeartbeatDue, nextHeartbeatAt, sendHeartbeat } from './send-heartbeat.ts';
import { findRollout, type Turn } from './turn.ts';
import type { Time } from '../machine/events.ts';

/** What time alone brings about (specification: agent, rules 6, 7, 10 and 11). */
export function takeTick(turn: Turn): void {
  if (turn.agent.phase === 'awaiting-answer' && !turn.parts.awaitsAnswer(turn.agent, turn.now)) finishBoot(turn);
  if (turn.agent.phase === 'working') sweepActive(turn);
  if (isHeartbeatDue(turn.agent, turn.now)) sendHeartbeat(turn);
}

function sweepActive(turn: Turn): void {
  const { agent } = turn;
  if (agent.activeRolloutId === null) return;
  const { record = null, manifest = null } = findRollout(agent, agent.activeRolloutId) ?? {};
  if (record === null || manifest === null) return;
  const event = turn.parts.sweep(agent, record, manifest.policy, turn.now);
  if (event !== null) feed(turn, record.rolloutId, event);
}

/** Whether ticks make the agent send heartbeats and nothing else, until another input comes. */
function isAtRest(agent: Agent): boolean {
  return agent.phase === 'working' && !agent.probeRuns.isRunning;
}

/**
 * Before this moment a tick does nothing, unless another input comes first or the clock is set back: a runtime that
 * drives many agents need not feed the ticks until then.
 */
export function tickDueAt(agent: Agent): Time {
  if (agent.phase === 'starting') return Infinity;
  const heartbeatAt = nextHeartbeatAt(agent);
  if (agent.phase === 'awaiting-answer') return Math.min(heartbeatAt, answerGivenUpAt(agent));
  const record = activeRecord(agent);
  if (record === null || isAtRest(agent)) return heartbeatAt;
  const dueAt = Math.min(heartbeatAt, sustainedFailureDueAt(agent, record));
  // A soak that is not over by then saves looking at every probe.
  return record.soakDueAt !== null && record.soakDueAt >= dueAt
    ? dueAt
    : Math.min(dueAt, convergenceDueAt(agent, record));
}
