import type { AgentInputOf } from './agent-inputs.ts';
import { feed } from './feed.ts';
import { withStatus } from './probe-runs.ts';
import { edit, log, type Turn } from './turn.ts';

/** One run of a probe becomes the events that it yields (specification: agent, rule 5). */
export function takeProbeOutcome(turn: Turn, outcome: AgentInputOf<'ProbeOutcome'>): void {
  const { agent, parts } = turn;
  if (!parts.acceptsProbeOutcome(agent, outcome)) return;
  let index = 0;
  while (index < agent.probes.length && agent.probes[index]?.probeName !== outcome.probeName) index += 1;
  const probe = agent.probes[index];
  if (probe === undefined || probe.mode === 'disabled') {
    log(turn, 'warn', 'A probe that was not started reported; the result is dropped.', {
      probeName: outcome.probeName,
    });
    return;
  }
  const previous = agent.probeRuns.statuses[index] ?? null;
  const runs = withStatus(agent.probeRuns, index, outcome.status);
  if (runs !== agent.probeRuns) edit(turn).probeRuns = runs;
  for (const event of parts.probeEvents(probe, previous, outcome, turn.now)) feed(turn, outcome.rolloutId, event);
}
