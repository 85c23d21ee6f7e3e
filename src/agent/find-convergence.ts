import type { EventOf, Time } from '../machine/events.ts';
import { guards } from '../machine/guards.ts';
import type { HostRolloutState } from '../machine/record.ts';
import type { Agent } from './agent-state.ts';

/** The good end of a soak (specification: agent, rule 7). */
export function findConvergence(
  agent: Agent,
  record: HostRolloutState,
  now: Time,
): Omit<EventOf<'LocalConvergedReached'>, 'seq'> | null {
  if (now < convergenceDueAt(agent, record)) return null;
  return { type: 'LocalConvergedReached', convergedAt: now, currentClosure: record.targetClosure };
}

/** When the host will have converged if nothing changes before; `Infinity` while something stands in the way. */
export function convergenceDueAt(agent: Agent, record: HostRolloutState): Time {
  if (record.currentClosure !== record.targetClosure) return Infinity;
  // A probe that failed before a restart may be declared no more: the machine refuses to converge over it, and to ask
  // again at every tick would only fill the log.
  if (!everyEnforceProbePassed(agent) || !guards.enforceProbesPass(record)) return Infinity;
  return record.soakDueAt ?? -Infinity;
}

/** One that has not reported since the reset holds back as much as one that fails. */
function everyEnforceProbePassed(agent: Agent): boolean {
  const { statuses } = agent.probeRuns;
  for (let index = 0; index < statuses.length; index += 1) {
    if (statuses[index] !== 'pass' && agent.probes[index]?.mode === 'enforce') return false;
  }
  return true;
}
