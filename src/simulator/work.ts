/** What a worker of a host is doing. */
export interface Work {
  readonly kind: 'activation' | 'rollback';
  readonly rolloutId: string;
  readonly closure: string;
}

/** How a worker's job ended. */
export type WorkResult =
  | {
      readonly type: 'completed';
      /** What runs from now on. */
      readonly closure: string;
      /** What the worker reports to run. */
      readonly reported: string;
      readonly exitCode: number;
    }
  | {
      readonly type: 'failed';
      readonly exitCode: number;
      /** What runs from now on; `null` if that did not change. */
      readonly closure: string | null;
      /** From the switch to the report, beside what every report takes. */
      readonly lagMs: number;
    }
  | { readonly type: 'deferred'; readonly component: string; readonly rebootAfterMs: number | null };

/** The worker did what it says. */
export function completed(closure: string, exitCode: number = 0): WorkResult {
  return { type: 'completed', closure, reported: closure, exitCode };
}

/** The worker gave up and left everything as it was. */
export function failed(exitCode: number): WorkResult {
  return { type: 'failed', exitCode, closure: null, lagMs: 0 };
}

const MAX_DRAWS = 400;

/** How much longer a worker takes that has been at it for so long: a duration drawn from those that are longer. */
export function restOfWork(draw: () => number, passedMs: number): number {
  for (let tries = 0; tries < MAX_DRAWS; tries += 1) {
    const lasts = draw();
    if (lasts > passedMs) return lasts - passedMs;
  }
  // It has taken longer than it ever does, and so is as good as over.
  return 0;
}
