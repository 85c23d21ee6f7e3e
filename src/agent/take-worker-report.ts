import type { AgentInputOf } from './agent-inputs.ts';
import { feed } from './feed.ts';
import { edit, findRollout, log, type Turn } from './turn.ts';
import type { UnnumberedEvent } from './unnumbered-event.ts';
import type { Time } from '../machine/events.ts';

/** What the activation and rollback workers say, but for a rollback that failed. */
export type WorkerReport = AgentInputOf<
  'ActivationStarted' | 'ActivationCompleted' | 'ActivationDeferred' | 'ActivationFailed' | 'RollbackCompleted'
>;

/** A worker's report becomes the event that it tells of (specification: agent, "Inputs" and rule 2). */
export function takeWorkerReport(turn: Turn, report: WorkerReport): void {
  if (report.type === 'ActivationCompleted') noteRunning(turn, report.observedCurrentClosure);
  if (report.type === 'RollbackCompleted') noteRunning(turn, report.revertedToClosure);
  feed(turn, report.rolloutId, eventOf(report, turn.now));
}

/**
 * The host stays Failed, which no event needs to tell: the next boot tries again (specification: agent, rule 8).
 */
export function takeRollbackFailure(turn: Turn, report: AgentInputOf<'RollbackFailed'>): void {
  const { rolloutId, exitCode, stderrTail } = report;
  const record = findRollout(turn.agent, rolloutId)?.record ?? null;
  if (record?.state !== 'Failed') {
    log(turn, 'warn', 'A rollback failed that nothing asked for; the report is dropped.', { rolloutId, exitCode });
    return;
  }
  log(turn, 'error', 'The rollback failed. It is tried again at the next boot; until then, look after the host.', {
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
function noteRunning(turn: Turn, closure: string): void {
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
