import { type EventOf, type HostRolloutState, type RolloutPolicy, type Time, guards } from '../machine/index.ts';
import { answerGivenUpAt, finishBoot } from './boot.ts';
import { feed } from './feed.ts';
import { isHeartbeatDue, nextHeartbeatAt, sendHeartbeat } from './heartbeat.ts';
import { failingEnforceProbes, someEnforceProbe } from './probes.ts';
import { activeRecord } from './rollouts.ts';
import type { UnnumberedEvent } from './rules.ts';
import type { Agent } from './state.ts';
import { findRollout, type OpenTurn } from './turn.ts';

/** What time alone brings about (rules 6, 7, 10 and 11). */
export function takeTick(turn: OpenTurn): void {
  if (turn.agent.phase === 'awaiting-answer' && !turn.rules.awaitsAnswer(turn.agent, turn.now)) finishBoot(turn);
  if (turn.agent.phase === 'working') sweepActive(turn);
  if (isHeartbeatDue(turn.agent, turn.now)) sendHeartbeat(turn);
}

function sweepActive(turn: OpenTurn): void {
  const { agent } = turn;
  if (agent.activeRolloutId === null) return;
  const { record = null, manifest = null } = findRollout(agent, agent.activeRolloutId) ?? {};
  if (record === null || manifest === null) return;
  const event = turn.rules.sweep(agent, record, manifest.policy, turn.now);
  if (event !== null) feed(turn, record.rolloutId, event);
}

/** What a tick decides about the active host, if anything: rule 6, and only then rule 7. Probes run while it soaks. */
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
 * The end of a soak whose enforce probes failed for long enough (rule 6). A probe's last status is that of its last run
 * since the reset: what failed before the agent was restarted is first looked at again.
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

/** When the threshold will be crossed if nothing changes before; `Infinity` while nothing fails. */
function sustainedFailureDueAt(agent: Agent, { probeFailureFirstAt }: HostRolloutState): Time {
  if (probeFailureFirstAt === null || !someEnforceProbe(agent, hasFailed)) return Infinity;
  return probeFailureFirstAt + agent.settings.sustainedFailureSecs * 1000;
}

/** The good end of a soak (rule 7). */
function convergence(
  agent: Agent,
  record: HostRolloutState,
  now: Time,
): Omit<EventOf<'LocalConvergedReached'>, 'seq'> | null {
  if (now < convergenceDueAt(agent, record)) return null;
  return { type: 'LocalConvergedReached', convergedAt: now, currentClosure: agent.runningClosure };
}

/** When the host will have converged if nothing changes before; `Infinity` while something stands in the way. */
function convergenceDueAt(agent: Agent, record: HostRolloutState): Time {
  // What runs may have changed since the activation: somebody switched by hand.
  if (record.currentClosure !== record.targetClosure || agent.runningClosure !== record.targetClosure) return Infinity;
  // A probe that failed before a restart may no longer be declared: the machine refuses to converge over it, and asking
  // again at every tick would only fill the log.
  if (someEnforceProbe(agent, hasNotPassed) || !guards.enforceProbesPass(record)) return Infinity;
  return record.soakDueAt ?? -Infinity;
}

const hasFailed = (status: 'pass' | 'fail' | null): boolean => status === 'fail';
/** One that has not reported since the reset holds back as much as one that fails. */
const hasNotPassed = (status: 'pass' | 'fail' | null): boolean => status !== 'pass';

/** Ticks make the agent send heartbeats and nothing else, until another input comes. */
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
