import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import type { HostRolloutState } from '../../src/machine/record.ts';
import type { StepResult } from '../../src/machine/step.ts';
import type { PathStep, TestPath } from '../../src/testing/index.ts';
import { oracle, type Opinion } from './oracle.ts';

/** Without the message, which must exist but may have any wording. */
export function withoutMessage(result: StepResult): unknown {
  if (result.ok) return result;
  const { message, ...error } = result.error;
  assert.match(message, /\S+ \S+/);
  return { ok: false, error };
}

/** Compares state, record, effects in order, and refusal at every step. */
export function assertStep(path: TestPath, index: number, actual: StepResult, expected: Opinion): void {
  const compared = withoutMessage(actual);
  // `toEqual` alone would do, but tens of thousands of calls would dominate a test run.
  if (isDeepStrictEqual(compared, expected)) return;
  expect(compared, `${path.name}, event ${index + 1} (${path.steps[index]?.event.type})`).toEqual(expected);
}

/** Walks a path by the oracle, and passes each event to `check` with the record before it and the expected result. */
export function walkByOracle(
  { start, policy, steps }: TestPath,
  check: (step: PathStep, before: HostRolloutState, expected: Opinion, index: number) => void,
): void {
  assert.ok(steps.length > 0);
  let record = start;
  steps.forEach((step, index) => {
    const expected = oracle(record, step.event, policy);
    check(step, record, expected, index);
    // Safe: the oracle is untyped, but every comparison with the machine shows that its records have this type.
    if (expected.ok) record = expected.state as unknown as HostRolloutState;
  });
}
