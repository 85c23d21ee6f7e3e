import type { AgentInput } from '../agent/index.ts';
import { KILLED, type Work, type WorkResult } from './work.ts';

/**
 * Unless a worker lies, it reports the closure that runs at that moment: someone may have switched by hand meanwhile.
 *
 * @param closure what runs
 */
export function resultNow(result: WorkResult, closure: string): WorkResult {
  const isOutdated = result.type === 'completed' && result.reported === result.closure && closure !== result.closure;
  return isOutdated ? { ...result, closure, reported: closure } : result;
}

/** What a worker reports to the agent when it ends. */
export function workerReport({ kind, rolloutId }: Work, result: WorkResult): AgentInput {
  const isRollback = kind === 'rollback';
  switch (result.type) {
    case 'completed': {
      const { reported } = result;
      const exitCode = exitCodeOf(result);
      return isRollback
        ? { type: 'RollbackCompleted', rolloutId, revertedToClosure: reported, exitCode }
        : { type: 'ActivationCompleted', rolloutId, observedCurrentClosure: reported, exitCode };
    }
    case 'failed': {
      const type = isRollback ? 'RollbackFailed' : 'ActivationFailed';
      return { type, rolloutId, exitCode: exitCodeOf(result), stderrTail: result.stderrTail ?? '' };
    }
    case 'deferred':
      return { type: 'ActivationDeferred', rolloutId, component: result.component };
  }
}

function exitCodeOf({ exitCode }: { readonly exitCode: number }): number | null {
  return exitCode === KILLED ? null : exitCode;
}
