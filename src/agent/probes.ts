import type { ProbeMode, ProbeStatus, Time } from '../machine/index.ts';
import { cutText } from '../wire/index.ts';
import type { AgentInputOf } from './inputs.ts';
import type { UnnumberedEvent } from './rules.ts';
import type { Agent, DeclaredProbe, ProbeDefinition, ProbeRuns } from './state.ts';
import { edit, type OpenTurn } from './turn.ts';

const MIN_INTERVAL_MS = 5000;

/**
 * The configured probes as they are declared and run (rule 5): at most every 5 s, with `enforce` for an unknown mode,
 * and only the first of several with the same name.
 */
export function declaredProbes(definitions: readonly ProbeDefinition[]): readonly DeclaredProbe[] {
  const names = new Set<string>();
  const declared: DeclaredProbe[] = [];
  for (const definition of definitions) {
    if (names.has(definition.probeName)) continue;
    names.add(definition.probeName);
    declared.push({
      probeName: definition.probeName,
      kind: definition.kind,
      mode: probeMode(definition.mode),
      intervalMs: intervalMs(definition.intervalSecs),
    });
  }
  return declared;
}

/** An unknown mode counts as `enforce`: a typo must not switch a gate off. */
function probeMode(mode: string): ProbeMode {
  return mode === 'observe' || mode === 'disabled' ? mode : 'enforce';
}

function intervalMs(secs: number): number {
  return Number.isFinite(secs) ? Math.max(MIN_INTERVAL_MS, secs * 1000) : MIN_INTERVAL_MS;
}

/** No probe has run yet. `generation` continues from the previous one. */
export function noProbeRuns(generation: number): ProbeRuns {
  return { generation, isRunning: false, statuses: [] };
}

export function declaration(turn: OpenTurn): UnnumberedEvent {
  const probes = turn.agent.probes.map(({ probeName, kind, mode }) => ({ probeName, kind, mode }));
  return { type: 'LocalProbeTopologyDeclared', probes, declaredAt: turn.now };
}

export function startProbes(turn: OpenTurn, rolloutId: string): void {
  const generation = turn.agent.probeRuns.generation + 1;
  const statuses: readonly (ProbeStatus | null)[] = turn.agent.probes.map(() => null);
  edit(turn).probeRuns = { generation, isRunning: true, statuses };
  const probes = turn.agent.probes.filter(isRun);
  if (probes.length > 0) turn.effects.push({ type: 'StartProbes', rolloutId, generation, probes });
}

/** Stops all probes. Their results are dropped from now on. */
export function stopProbes(turn: OpenTurn): void {
  const { generation, isRunning } = turn.agent.probeRuns;
  if (!isRunning) return;
  if (turn.agent.probes.some(isRun)) turn.effects.push({ type: 'StopProbes', generation });
  edit(turn).probeRuns = noProbeRuns(generation);
}

function isRun(probe: DeclaredProbe): boolean {
  return probe.mode !== 'disabled';
}

/** Whether a result belongs to a running probe: those of a stopped probe are dropped (rule 5). */
export function acceptsProbeOutcome(agent: Agent, outcome: AgentInputOf<'ProbeOutcome'>): boolean {
  return (
    agent.probeRuns.isRunning &&
    outcome.generation === agent.probeRuns.generation &&
    outcome.rolloutId === agent.activeRolloutId
  );
}

/** The events from one run of a probe, in the order to feed them (rule 5). */
export function probeEvents(
  probe: DeclaredProbe,
  previous: ProbeStatus | null,
  outcome: AgentInputOf<'ProbeOutcome'>,
  now: Time,
): readonly UnnumberedEvent[] {
  const { probeName, mode } = probe;
  const { status, subResults } = outcome;
  const failureReason = outcome.failureReason === null ? null : cutText(outcome.failureReason, 'start');
  const events: UnnumberedEvent[] = [];
  if (previous === null) events.push({ type: 'LocalProbeObservedFirst', probeName, mode, observedAt: now });
  if (status === 'fail' && previous !== 'fail') {
    events.push({ type: 'LocalProbeFailureFirst', probeName, mode, firstFailedAt: now });
  }
  events.push({ type: 'LocalProbeResult', probeName, mode, status, observedAt: now, failureReason, subResults });
  return events;
}

/** Sets the status of a probe. Returns the same object if it is unchanged, as it nearly always is. */
export function withStatus(runs: ProbeRuns, index: number, status: ProbeStatus): ProbeRuns {
  if (runs.statuses[index] === status) return runs;
  return { ...runs, statuses: runs.statuses.with(index, status) };
}

/**
 * Whether the status of some enforce probe matches; `null` is the status of a probe that has not run since the reset. A
 * plain loop, because every tick of every soaking host runs it.
 */
export function someEnforceProbe(agent: Agent, matches: (status: ProbeStatus | null) => boolean): boolean {
  const { statuses } = agent.probeRuns;
  for (let index = 0; index < statuses.length; index += 1) {
    const status = statuses[index];
    const probe = agent.probes[index];
    if (status === undefined || probe === undefined) throw new Error('There are more statuses than declared probes.');
    if (probe.mode === 'enforce' && matches(status)) return true;
  }
  return false;
}

/** By code unit, which is the order of `sort`. */
export function failingEnforceProbes(agent: Agent): readonly string[] {
  return agent.probes
    .filter((probe, index) => probe.mode === 'enforce' && agent.probeRuns.statuses[index] === 'fail')
    .map((probe) => probe.probeName)
    .sort();
}
