import type { RolloutPolicy, Time } from '../machine/events.ts';
import type { HostRolloutState } from '../machine/record.ts';
import type { Agent } from './agent-state.ts';
import { findConvergence } from './find-convergence.ts';
import { findSustainedFailure } from './find-sustained-failure.ts';
import type { UnnumberedEvent } from './unnumbered-event.ts';

/** What a tick decides about the active host, if anything: probes run as long as it soaks (specification: agent, rule 6, and only then rule 7). */
export function sweep(
  agent: Agent,
  record: HostRolloutState,
  policy: RolloutPolicy,
  now: Time,
): UnnumberedEvent | null {
  if (!agent.probeRuns.isRunning) return null;
  return findSustainedFailure(agent, record, policy, now) ?? findConvergence(agent, record, now);
}
