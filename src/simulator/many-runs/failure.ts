import type { Outcome, Run } from '../run.ts';

/** What makes a run one that somebody should look at; `what` is the same for runs that fail in the same way. */
export interface RunFailure {
  readonly what: string;
  readonly message: string;
  /** What the run came to, where that is why it fails. */
  readonly outcome: Outcome | null;
}

/**
 * Why a run fails: it broke an invariant, it did not settle in time, or it
 * came to another outcome than was expected (`null`: any will do). `null` if it does not.
 */
export function findFailure(
  { violations, holds, endedBecause, outcome }: Run,
  expected: Outcome | null,
): RunFailure | null {
  const [violation] = violations;
  if (violation !== undefined && expected !== 'invariant-broken')
    return { what: `invariant ${violation.invariant}`, message: violation.message, outcome: 'invariant-broken' };
  if (expected !== null && outcome !== expected)
    return { what: `outcome ${outcome}`, message: `Expected ${expected}, got ${outcome}.`, outcome };
  if (endedBecause === 'unsettled')
    return {
      what: 'unsettled',
      message: `${holds[0]?.hostname ?? 'Something'} had not come to an end in time.`,
      outcome: null,
    };
  return null;
}
