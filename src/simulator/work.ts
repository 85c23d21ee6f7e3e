import type { Worker } from '../agent/index.ts';
/** The current job of a host's worker. */
export interface Work {
  readonly kind: 'activation' | 'rollback';
  readonly rolloutId: string;
  readonly closure: string;
}

/** How a worker's job ended. */
export type WorkResult =
  | {
      readonly type: 'completed';
      /** The closure that runs now. */
      readonly closure: string;
      /** The closure that the worker reports. */
      readonly reported: string;
      readonly exitCode: number;
    }
  | {
      readonly type: 'failed';
      /** `KILLED` without one. */
      readonly exitCode: number;
      /** The end of what it printed, perhaps too long to report; `null` if not known. */
      readonly stderrTail: string | null;
      /** The closure that runs now; `null` if unchanged. */
      readonly closure: string | null;
      /** From the switch to the report, in addition to the usual time. */
      readonly lagMs: number;
    }
  | { readonly type: 'deferred'; readonly component: string; readonly rebootAfterMs: number | null };

/** The worker succeeded. */
export function completed(closure: string, exitCode: number = 0): WorkResult {
  return { type: 'completed', closure, reported: closure, exitCode };
}

/** A signal ended the process, so it has no exit code. */
export const KILLED = -1;
/** Not 4, which means that the switch was done and some units failed. */
export const FAILED_EXIT_CODE = 1;

/** More bytes than a report may hold, but fewer characters. */
export const LONG_TEXT = '● “nginx.service” is in the failed state: 设备上没有空间 🛑\n'.repeat(70);

/** The worker failed, and changed nothing. */
export function failed(exitCode: number): Extract<WorkResult, { readonly type: 'failed' }> {
  return { type: 'failed', exitCode, stderrTail: stderrOf(exitCode), closure: null, lagMs: 0 };
}

function stderrOf(exitCode: number): string {
  if (exitCode === KILLED) return '';
  return exitCode === FAILED_EXIT_CODE ? 'simulated failure' : `${LONG_TEXT}simulated failure`;
}

/** A switch that found the lock taken. */
export const LOCKED_OUT = failed(11);

/** The workers of these jobs, as an agent finds them at its start. */
export function workersOf(works: readonly (Work | null)[]): readonly Worker[] {
  return works
    .filter((work) => work !== null)
    .map(({ kind, rolloutId }) => ({ kind: kind === 'activation' ? 'switch' : kind, rolloutId }));
}

const MAX_DRAWS = 400;

/** The remaining time of a worker that has already run for `passedMs`: draws until a duration is longer than that. */
export function restOfWork(draw: () => number, passedMs: number): number {
  for (let tries = 0; tries < MAX_DRAWS; tries += 1) {
    const lasts = draw();
    if (lasts > passedMs) return lasts - passedMs;
  }
  // It has already run longer than the maximum, so it is nearly done.
  return 0;
}
