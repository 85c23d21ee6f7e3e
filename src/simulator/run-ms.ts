import type { Time } from '../machine/index.ts';

declare const brand: unique symbol;

/** Milliseconds of true time since the start of a run. Branded, so that it cannot be confused with an epoch time. */
export type RunMs = number & { readonly [brand]: 'RunMs' };

// The only place where a number becomes a time of a run.
/** Marks a number of milliseconds as measured from the start of a run. */
export const asRunMs = (ms: number): RunMs => ms as RunMs;

/** An epoch time as a time of the run that started at `startAt`. */
export const runMsOf = (at: Time, startAt: Time): RunMs => asRunMs(at - startAt);
