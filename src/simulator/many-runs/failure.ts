import type { Outcome, Run } from '../run.ts';
import type { Scenario } from '../scenario.ts';
import { simulate, type SimulateOptions } from '../simulate.ts';

/** Why a run failed. `what` is equal for runs that fail in the same way. */
export interface RunFailure {
  readonly what: string;
  readonly message: string;
  /** The run's outcome, if that is why it failed. */
  readonly outcome: Outcome | null;
}

/**
 * Why a run failed: it broke an invariant, it did not settle in time, or its outcome was not the expected one (`null`:
 * any). `null` if it did not fail.
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
      message: `${holds[0]?.hostname ?? 'Something'} had not finished in time.`,
      outcome: null,
    };
  return null;
}

/** `findFailure` of the scenario's run, which stops at the first broken invariant. */
export function firstFailure(
  scenario: Scenario,
  expected: Outcome | null,
  { onEvent, ...options }: Pick<SimulateOptions, 'cores' | 'onEvent'> = {},
): RunFailure | null {
  let isFound = false;
  const run = simulate(scenario, {
    ...options,
    onEvent: (event) => {
      isFound ||= event.type === 'InvariantBroken' && expected !== 'invariant-broken';
      onEvent?.(event);
    },
    isEnough: () => isFound,
  });
  return findFailure(run, expected);
}
