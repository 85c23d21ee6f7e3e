import type { AgentInput } from '../agent/index.ts';
import type { Work, WorkResult } from './work.ts';

const STDERR_TAIL = 'simulated failure';

/** What a worker tells the agent when it is through; `closure` is what the host runs then. */
export function workerReport({ kind, rolloutId }: Work, result: WorkResult, closure: string): AgentInput {
  if (kind === 'rollback') {
    return result.type === 'failed'
      ? { type: 'RollbackFailed', rolloutId, exitCode: result.exitCode, stderrTail: STDERR_TAIL }
      : { type: 'RollbackCompleted', rolloutId, revertedToClosure: closure, exitCode: 0 };
  }
  switch (result.type) {
    case 'completed':
      return { type: 'ActivationCompleted', rolloutId, observedCurrentClosure: result.closure, exitCode: 0 };
    case 'failed':
      return { type: 'ActivationFailed', rolloutId, exitCode: result.exitCode, stderrTail: STDERR_TAIL };
    case 'deferred':
      return { type: 'ActivationDeferred', rolloutId, component: result.component };
  }
}
