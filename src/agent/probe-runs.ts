import type { ProbeStatus } from '../machine/events.ts';
import type { DeclaredProbe, ProbeRuns } from './agent-state.ts';
import { edit, type Turn } from './turn.ts';
import type { UnnumberedEvent } from './unnumbered-event.ts';

/** What stops, starts and remembers the runs of the declared probes (specification: agent, rule 5). */

/** Before anything has run, in a life that continues an earlier one's generations. */
export function noProbeRuns(generation: number): ProbeRuns {
  return { generation, isRunning: false, statuses: [] };
}

export function declaration(turn: Turn): UnnumberedEvent {
  const probes = turn.agent.probes.map(({ probeName, kind, mode }) => ({ probeName, kind, mode }));
  return { type: 'LocalProbeTopologyDeclared', probes, declaredAt: turn.now };
}

/** The results of the stopped generation, if any still come, are dropped from now on. */
export function stopProbes(turn: Turn): void {
  const { generation, isRunning } = turn.agent.probeRuns;
  if (!isRunning) return;
  if (turn.agent.probes.some(runs)) turn.effects.push({ type: 'StopProbes', generation });
  edit(turn).probeRuns = noProbeRuns(generation);
}

export function startProbes(turn: Turn, rolloutId: string): void {
  const generation = turn.agent.probeRuns.generation + 1;
  const statuses: readonly (ProbeStatus | null)[] = turn.agent.probes.map(() => null);
  edit(turn).probeRuns = { generation, isRunning: true, statuses };
  const probes = turn.agent.probes.filter(runs);
  if (probes.length > 0) turn.effects.push({ type: 'StartProbes', rolloutId, generation, probes });
}

/** Returns the same runs where the probe ended as it did before, which is what nearly all runs do. */
export function withStatus(runs: ProbeRuns, index: number, status: ProbeStatus): ProbeRuns {
  if (runs.statuses[index] === status) return runs;
  return { ...runs, statuses: runs.statuses.with(index, status) };
}

function runs(probe: DeclaredProbe): boolean {
  return probe.mode !== 'disabled';
}
