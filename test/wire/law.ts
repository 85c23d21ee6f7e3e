import assert from 'node:assert/strict';
import type { JsonValue } from '../../src/wire/json.ts';
import type { WireBatchResult, WireProblem, WireResult } from '../../src/wire/problems.ts';

/** The value, or a failed test that shows the problems. */
export function valueOf<Value>(result: WireResult<Value> | WireBatchResult<Value>): Value {
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'));
  return result.value;
}

export function problemsOf(result: WireResult<unknown> | WireBatchResult<unknown>): readonly WireProblem[] {
  if (result.ok) throw new Error('This should not have been readable.');
  return result.problems;
}

export function pathsOf(result: WireResult<unknown> | WireBatchResult<unknown>): readonly string[] {
  return problemsOf(result).map(({ path }) => path);
}

// Not vitest's toStrictEqual: it takes a field called `constructor` for the type of the object.

/** The specification's two laws: decode(encode(y)) equals y, through text as well; encode(decode(x)) keeps every value. */
export function expectRoundTrip<Value>(
  value: Value,
  encode: (value: Value) => JsonValue,
  decode: (json: unknown) => WireResult<Value> | WireBatchResult<Value>,
): void {
  const json = encode(value);
  assert.deepEqual(valueOf(decode(json)), value);
  const read = valueOf(decode(JSON.parse(JSON.stringify(json))));
  assert.deepEqual(read, value);
  assert.deepEqual(encode(read), json);
}
