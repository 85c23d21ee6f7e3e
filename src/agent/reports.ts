import type { Time } from '../machine/index.ts';
import { cutText } from '../wire/index.ts';
import { feed } from './feed.ts';
import type { AgentInputOf, WorkerReport } from './inputs.ts';
import { withStatus } from './probes.ts';
import { resume } from './resume.ts';
import { activeRecord } from './rollouts.ts';
import type { UnnumberedEvent } from './rules.ts';
import { edit, emitLog, findRollout, type OpenTurn } from './turn.ts';
import { endWorker } from './workers.ts';

/**
 * Turns a worker's report into an event (rule 2). Until the boot is over, the report waits, because the answer to the
 * heartbeat may still change the record.
 */
export function handleWorkerReport(turn: OpenTurn, report: WorkerReport): void {
  if (turn.agent.phase === 'awaiting-answer') return holdReport(turn, report);
  const kind = report.type === 'RollbackCompleted' || report.type === 'RollbackFailed' ? 'rollback' : 'switch';
  const { rolloutId } = report;
  const wasLast = report.type !== 'ActivationStarted' && endWorker(turn, { kind, rolloutId });
  if (report.type === 'ActivationCompleted') noteRunning(turn, report.observedCurrentClosure);
  if (report.type === 'RollbackCompleted') noteRunning(turn, report.revertedToClosure);
  if (report.type === 'RollbackFailed') noteRollbackFailure(turn, report);
  else feed(turn, rolloutId, eventOf(report, turn.now));
  const active = wasLast ? activeRecord(turn.agent) : null;
  if (active === null) return;
  // Work that waited for this worker can start now. A failed rollback is not retried before the next boot.
  const hasWaited = active.rolloutId !== rolloutId || (kind === 'switch' && active.state === 'Failed');
  if (hasWaited) resume(turn, active.rolloutId);
}

/** Holds a report until the boot is over. Keeps the newest of each kind and rollout, so their number is bounded. */
function holdReport(turn: OpenTurn, report: WorkerReport): void {
  const others = turn.agent.heldReports.filter(
    ({ type, rolloutId }) => type !== report.type || rolloutId !== report.rolloutId,
  );
  edit(turn).heldReports = [...others, report];
}

/** The host stays Failed, so there is no event. The next boot tries again (rule 8). */
function noteRollbackFailure(turn: OpenTurn, report: AgentInputOf<'RollbackFailed'>): void {
  const { rolloutId, exitCode, stderrTail } = report;
  const record = findRollout(turn.agent, rolloutId)?.record ?? null;
  if (record?.state !== 'Failed') {
    emitLog(turn, 'warn', 'rollback-unasked', 'A rollback failed that was not requested; the report is dropped.', {
      rolloutId,
      exitCode,
    });
    return;
  }
  emitLog(
    turn,
    'error',
    'rollback-failed',
    'The rollback failed. It will be retried at the next boot. Until then, the host needs attention.',
    {
      rolloutId,
      exitCode,
      stderrTail: cutText(stderrTail, 'end'),
      closure: record.currentClosureAtDispatch,
    },
  );
  const { hostname, channel } = record;
  turn.effects.push({
    type: 'EmitMetric',
    name: 'nixfleet_agent_rollback_failures_total',
    labels: { hostname, channel, rolloutId },
    value: 1,
  });
}

/** The running closure is a fact, whether or not the machine accepts the event that reports it. */
export function noteRunning(turn: OpenTurn, closure: string): void {
  if (turn.agent.runningClosure !== closure) edit(turn).runningClosure = closure;
}

/** The exit code for a process that a signal ended: the wire cannot express a missing one. */
const NO_EXIT_CODE = -1;

function eventOf(report: Exclude<WorkerReport, { readonly type: 'RollbackFailed' }>, now: Time): UnnumberedEvent {
  switch (report.type) {
    case 'ActivationStarted':
      return { type: 'LocalActivationStarted', startedAt: now, switchMethod: report.switchMethod };
    case 'ActivationCompleted': {
      const { observedCurrentClosure, exitCode } = report;
      return {
        type: 'LocalActivationCompleted',
        observedCurrentClosure,
        exitCode: exitCode ?? NO_EXIT_CODE,
        completedAt: now,
      };
    }
    case 'ActivationDeferred':
      return { type: 'LocalActivationDeferred', component: report.component, deferredAt: now };
    case 'ActivationFailed': {
      const { exitCode, stderrTail } = report;
      return {
        type: 'LocalActivationFailed',
        exitCode: exitCode ?? NO_EXIT_CODE,
        stderrTail: cutText(stderrTail, 'end'),
        failedAt: now,
      };
    }
    case 'RollbackCompleted': {
      const { revertedToClosure, exitCode } = report;
      return {
        type: 'LocalRollbackCompleted',
        revertedToClosure,
        exitCode: exitCode ?? NO_EXIT_CODE,
        completedAt: now,
      };
    }
  }
}

/** Turns a probe's outcome into events (rule 5). */
export function handleProbeOutcome(turn: OpenTurn, outcome: AgentInputOf<'ProbeOutcome'>): void {
  const { agent, rules } = turn;
  if (!rules.acceptsProbeOutcome(agent, outcome)) return;
  let index = 0;
  while (index < agent.probes.length && agent.probes[index]?.probeName !== outcome.probeName) index += 1;
  const probe = agent.probes[index];
  if (probe === undefined || probe.mode === 'disabled') {
    emitLog(turn, 'warn', 'probe-unasked', 'A probe reported that is not running; the result is dropped.', {
      probeName: outcome.probeName,
    });
    return;
  }
  const previous = agent.probeRuns.statuses[index] ?? null;
  const runs = withStatus(agent.probeRuns, index, outcome.status);
  if (runs !== agent.probeRuns) edit(turn).probeRuns = runs;
  for (const event of rules.probeEvents(probe, previous, outcome, turn.now)) feed(turn, outcome.rolloutId, event);
}
