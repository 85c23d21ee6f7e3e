import type { WorkerReport } from '../../agent/index.ts';
import type { Job, JobOutcome } from './ports.ts';

/**
 * What a worker reports to the core when it has ended.
 *
 * @param observed what runs now
 */
export function reportOfWorker({ kind, rolloutId }: Job, outcome: JobOutcome, observed: string): WorkerReport {
  switch (outcome.type) {
    case 'done': {
      const { exitCode } = outcome;
      return kind === 'switch'
        ? { type: 'ActivationCompleted', rolloutId, observedCurrentClosure: observed, exitCode }
        : { type: 'RollbackCompleted', rolloutId, revertedToClosure: observed, exitCode };
    }
    case 'failed': {
      const { exitCode, stderrTail } = outcome;
      return { type: kind === 'switch' ? 'ActivationFailed' : 'RollbackFailed', rolloutId, exitCode, stderrTail };
    }
    case 'deferred': {
      const { component } = outcome;
      if (kind === 'switch') return { type: 'ActivationDeferred', rolloutId, component };
      // The specification knows no deferred rollback: it has not happened.
      const stderrTail = `The rollback was deferred to the next boot: ${component}.`;
      return { type: 'RollbackFailed', rolloutId, exitCode: null, stderrTail };
    }
  }
}
