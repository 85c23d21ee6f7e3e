import type { EventOf, RolloutPolicy, Time } from '../machine/events.ts';
import type { HostRolloutState } from '../machine/record.ts';
import type { Agent } from './agent-state.ts';

/**
 * The end of a soak whose enforce probes failed for long enough (specification: agent, rule 6).
 *
 * The last status of a probe is that of its last run since the reset: what failed before the agent was restarted is
 * first looked at again.
 */
export function findSustainedFailure(
  agent: Agent,
  record: HostRolloutState,
  policy: RolloutPolicy,
  now: Time,
): Omit<EventOf<'LocalSustainedFailureCrossed'>, 'seq'> | null {
  if (now < sustainedFailureDueAt(agent, record)) return null;
  return {
    type: 'LocalSustainedFailureCrossed',
    failedAt: now,
    sustainedDurationSecs: Math.floor((now - (record.probeFailureFirstAt ?? now)) / 1000),
    failingProbes: failingEnforceProbes(agent),
    policyApplied: policy.onHealthFailure,
  };
}

/** When the threshold will be crossed if nothing changes before; `Infinity` while nothing fails. */
export function sustainedFailureDueAt(agent: Agent, record: HostRolloutState): Time {
  if (record.probeFailureFirstAt === null || !hasFailingEnforceProbe(agent)) return Infinity;
  return record.probeFailureFirstAt + agent.settings.sustainedFailureSecs * 1000;
}

function hasFailingEnforceProbe(agent: Agent): boolean {
  const { statuses } = agent.probeRuns;
  for (let index = 0; index < statuses.length; index += 1) {
    if (statuses[index] === 'fail' && agent.probes[index]?.mode === 'enforce') return true;
  }
  return false;
}

/** By code unit, which is what `sort` does by itself. */
function failingEnforceProbes(agent: Agent): readonly string[] {
  return agent.probes
    .filter((probe, index) => probe.mode === 'enforce' && agent.probeRuns.statuses[index] === 'fail')
    .map((probe) => probe.probeName)
    .sort();
}
