import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import type { HostRolloutState } from '../../src/machine/record.ts';
import type { StepResult } from '../../src/machine/step.ts';
import type { PathStep, TestPath } from '../../src/testing/index.ts';
import { oracle, type Opinion } from './oracle.ts';

/** Without the message, which is for people; that there is one is checked here. */
export function withoutMessage(result: StepResult): unknown {
  if (result.ok) return result;
  const { message, ...error } = result.error;
  assert.match(message, /\S+ \S+/);
  return { ok: false, error };
}

/** State, record, effects in their order, and refusal: all of them, at every step. */
export function assertStep(path: TestPath, index: number, actual: StepResult, expected: Opinion): void {
  const compared = withoutMessage(actual);
  // `toEqual` alone would be enough, but called tens of thousands of times it is what a test run waits for.
  if (isDeepStrictEqual(compared, expected)) return;
  expect(compared, `${path.name}, event ${index + 1} (${path.steps[index]?.event.type})`).toEqual(expected);
}

/** Walks a path by the second opinion, and hands each event to `check` with the record before and what must come of it. */
export function walkByOracle(
  { start, policy, steps }: TestPath,
  check: (step: PathStep, before: HostRolloutState, expected: Opinion, index: number) => void,
): void {
  assert.ok(steps.length > 0);
  let record = start;
  steps.forEach((step, index) => {
    const expected = oracle(record, step.event, policy);
    check(step, record, expected, index);
    // The oracle knows no types; that its records have this one is what every comparison with the machine shows.
    if (expected.ok) record = expected.state as unknown as HostRolloutState;
  });
}
