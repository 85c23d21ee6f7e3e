import type { Time } from '../machine/events.ts';
import { feed } from './feed.ts';
import type { AgentInputOf } from './inputs.ts';
import { withStatus } from './probes.ts';
import type { UnnumberedEvent } from './rules.ts';
import { edit, emitLog, findRollout, type OpenTurn } from './turn.ts';

/** What the activation and rollback workers say, but for a rollback that failed. */
export type WorkerReport = AgentInputOf<
  'ActivationStarted' | 'ActivationCompleted' | 'ActivationDeferred' | 'ActivationFailed' | 'RollbackCompleted'
>;

/** A worker's report becomes the event that it tells of (specification: agent, "Inputs" and rule 2). */
export function takeWorkerReport(turn: OpenTurn, report: WorkerReport): void {
  if (report.type === 'ActivationCompleted') noteRunning(turn, report.observedCurrentClosure);
  if (report.type === 'RollbackCompleted') noteRunning(turn, report.revertedToClosure);
  feed(turn, report.rolloutId, eventOf(report, turn.now));
}

/**
 * The host stays Failed, which no event needs to tell: the next boot tries again (specification: agent, rule 8).
 */
export function takeRollbackFailure(turn: OpenTurn, report: AgentInputOf<'RollbackFailed'>): void {
  const { rolloutId, exitCode, stderrTail } = report;
  const record = findRollout(turn.agent, rolloutId)?.record ?? null;
  if (record?.state !== 'Failed') {
    emitLog(turn, 'warn', 'A rollback failed that nothing asked for; the report is dropped.', { rolloutId, exitCode });
    return;
  }
  emitLog(turn, 'error', 'The rollback failed. It is tried again at the next boot; until then, look after the host.', {
    rolloutId,
    exitCode,
    stderrTail,
    closure: record.currentClosureAtDispatch,
  });
  const { hostname, channel } = record;
  turn.effects.push({
    type: 'EmitMetric',
    name: 'nixfleet_agent_rollback_failures_total',
    labels: { hostname, channel, rolloutId },
    value: 1,
  });
}

/** What runs is a fact, whether or not the machine takes the event that tells it. */
function noteRunning(turn: OpenTurn, closure: string): void {
  if (turn.agent.runningClosure !== closure) edit(turn).runningClosure = closure;
}

function eventOf(report: WorkerReport, now: Time): UnnumberedEvent {
  switch (report.type) {
    case 'ActivationStarted':
      return { type: 'LocalActivationStarted', startedAt: now, switchMethod: report.switchMethod };
    case 'ActivationCompleted': {
      const { observedCurrentClosure, exitCode } = report;
      return { type: 'LocalActivationCompleted', observedCurrentClosure, exitCode, completedAt: now };
    }
    case 'ActivationDeferred':
      return { type: 'LocalActivationDeferred', component: report.component, deferredAt: now };
    case 'ActivationFailed': {
      const { exitCode, stderrTail } = report;
      return { type: 'LocalActivationFailed', exitCode, stderrTail, failedAt: now };
    }
    case 'RollbackCompleted': {
      const { revertedToClosure, exitCode } = report;
      return { type: 'LocalRollbackCompleted', revertedToClosure, exitCode, completedAt: now };
    }
  }
}

/** One run of a probe becomes the events that it yields (specification: agent, rule 5). */
export function takeProbeOutcome(turn: OpenTurn, outcome: AgentInputOf<'ProbeOutcome'>): void {
  const { agent, rules } = turn;
  if (!rules.acceptsProbeOutcome(agent, outcome)) return;
  let index = 0;
  while (index < agent.probes.length && agent.probes[index]?.probeName !== outcome.probeName) index += 1;
  const probe = agent.probes[index];
  if (probe === undefined || probe.mode === 'disabled') {
    emitLog(turn, 'warn', 'A probe that was not started reported; the result is dropped.', {
      probeName: outcome.probeName,
    });
    return;
  }
  const previous = agent.probeRuns.statuses[index] ?? null;
  const runs = withStatus(agent.probeRuns, index, outcome.status);
  if (runs !== agent.probeRuns) edit(turn).probeRuns = runs;
  for (const event of rules.probeEvents(probe, previous, outcome, turn.now)) feed(turn, outcome.rolloutId, event);
}
