import type { AgentInputOf } from './agent-inputs.ts';
import type { Agent } from './agent-state.ts';

/** Whether a result is of a probe that runs now: those of a stopped probe are dropped (specification: agent, rule 5). */
export function acceptsProbeOutcome(agent: Agent, outcome: AgentInputOf<'ProbeOutcome'>): boolean {
  return (
    agent.probeRuns.isRunning &&
    outcome.generation === agent.probeRuns.generation &&
    outcome.rolloutId === agent.activeRolloutId
  );
}
