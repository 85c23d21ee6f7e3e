import { type EventOf, type HostRolloutState, type RolloutPolicy, type Time, guards } from '../machine/index.ts';
import { answerGivenUpAt, finishBoot } from './boot.ts';
import { feed } from './feed.ts';
import { isHeartbeatDue, nextHeartbeatAt, sendHeartbeat } from './heartbeat.ts';
import { failingEnforceProbes, someEnforceProbe } from './probes.ts';
import { activeRecord } from './rollouts.ts';
import type { UnnumberedEvent } from './rules.ts';
import type { Agent } from './state.ts';
import { findRollout, hasRecord, type OpenTurn } from './turn.ts';

/** Handles what is due by time alone (rules 6, 7, 10 and 11). */
export function handleTick(turn: OpenTurn): void {
  if (turn.agent.phase === 'awaiting-answer' && !turn.rules.awaitsAnswer(turn.agent, turn.now)) finishBoot(turn);
  if (turn.agent.phase === 'working') sweepActive(turn);
  if (isHeartbeatDue(turn.agent, turn.now)) sendHeartbeat(turn);
}

function sweepActive(turn: OpenTurn): void {
  const { agent } = turn;
  if (agent.activeRolloutId === null) return;
  const rollout = findRollout(agent, agent.activeRolloutId);
  if (!hasRecord(rollout)) return;
  const event = turn.rules.sweep(agent, rollout.record, rollout.manifest.policy, turn.now);
  if (event !== null) feed(turn, rollout.rolloutId, event);
}

/**
 * The event that a tick leads to, if any: rule 6 first, then rule 7. Both apply only while the host soaks, which is
 * when probes run.
 */
export function sweep(
  agent: Agent,
  record: HostRolloutState,
  policy: RolloutPolicy,
  now: Time,
): UnnumberedEvent | null {
  if (!agent.probeRuns.isRunning) return null;
  return sustainedFailure(agent, record, policy, now) ?? convergence(agent, record, now);
}

/**
 * Fails the host if enforce probes have failed for long enough (rule 6). Only probe runs since the reset count: after
 * the agent restarts, a failing probe must fail again.
 */
function sustainedFailure(
  agent: Agent,
  record: HostRolloutState,
  policy: RolloutPolicy,
  now: Time,
): Omit<EventOf<'LocalSustainedFailureCrossed'>, 'seq'> | null {
  const { probeFailureFirstAt } = record;
  if (probeFailureFirstAt === null || now < sustainedFailureDueAt(agent, record)) return null;
  return {
    type: 'LocalSustainedFailureCrossed',
    failedAt: now,
    sustainedDurationSecs: Math.floor((now - probeFailureFirstAt) / 1000),
    failingProbes: failingEnforceProbes(agent),
    policyApplied: policy.onHealthFailure,
  };
}

/** When the threshold will be crossed if nothing changes; `Infinity` while nothing fails. */
function sustainedFailureDueAt(agent: Agent, { probeFailureFirstAt }: HostRolloutState): Time {
  if (probeFailureFirstAt === null || !someEnforceProbe(agent, hasFailed)) return Infinity;
  return probeFailureFirstAt + agent.settings.sustainedFailureSecs * 1000;
}

/** Converges the host once its soak is over (rule 7). */
function convergence(
  agent: Agent,
  record: HostRolloutState,
  now: Time,
): Omit<EventOf<'LocalConvergedReached'>, 'seq'> | null {
  if (now < convergenceDueAt(agent, record)) return null;
  return { type: 'LocalConvergedReached', convergedAt: now, currentClosure: agent.runningClosure };
}

/** When the host will converge if nothing changes; `Infinity` while something prevents it. */
function convergenceDueAt(agent: Agent, record: HostRolloutState): Time {
  // Someone may have switched by hand since the activation.
  if (record.currentClosure !== record.targetClosure || agent.runningClosure !== record.targetClosure) return Infinity;
  // A probe that failed before a restart may no longer be declared. Then the machine refuses to converge, and trying at
  // every tick would only fill the log.
  if (someEnforceProbe(agent, hasNotPassed) || !guards.enforceProbesPass(record)) return Infinity;
  return record.soakDueAt ?? -Infinity;
}

const hasFailed = (status: 'pass' | 'fail' | null): boolean => status === 'fail';
/** A probe that has not reported since the reset counts as much as a failing one. */
const hasNotPassed = (status: 'pass' | 'fail' | null): boolean => status !== 'pass';

/**
 * A tick before this time does nothing, unless another input comes first or the clock is set back. A runtime with many
 * agents can skip those ticks.
 */
export function tickDueAt(agent: Agent): Time {
  if (agent.phase === 'starting') return Infinity;
  const heartbeatAt = nextHeartbeatAt(agent);
  if (agent.phase === 'awaiting-answer') return Math.min(heartbeatAt, answerGivenUpAt(agent));
  const record = activeRecord(agent);
  if (record === null || !agent.probeRuns.isRunning) return heartbeatAt;
  const dueAt = Math.min(heartbeatAt, sustainedFailureDueAt(agent, record));
  // If the soak ends later anyway, there is no need to look at the probes.
  return record.soakDueAt !== null && record.soakDueAt >= dueAt
    ? dueAt
    : Math.min(dueAt, convergenceDueAt(agent, record));
}
