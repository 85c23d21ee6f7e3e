import type { Time } from '../machine/events.ts';
import { UNREADABLE, type Codec, type Unreadable } from './codec.ts';
import { describeValue, formatTime, parseTime } from '../text/index.ts';
import type { JsonValue } from './json.ts';
import { ROLLOUT_ID_SHAPE, splitRolloutId } from './rollout-id.ts';

interface Scalar<Value> {
  readonly expected: string;
  readonly read: (json: unknown) => Value | Unreadable;
  /** `null` for a value that cannot be written. */
  readonly write: (value: Value) => JsonValue;
}

/** What is written is read back before it leaves: a defect here is found here, and not by the peer. */
function scalar<Value>({ expected, read, write }: Scalar<Value>): Codec<Value> {
  return {
    decode: (json, path, { problems }) => {
      const value = read(json);
      if (value === UNREADABLE) problems.add(path, expected, json);
      return value;
    },
    encode: (value, path) => {
      const json = write(value);
      if (read(json) === UNREADABLE) {
        throw new RangeError(`${path}: expected ${expected}, got ${describeValue(value)}; it cannot be encoded.`);
      }
      return json;
    },
  };
}

export const text: Codec<string> = scalar<string>({
  expected: 'a text',
  read: (json) => (typeof json === 'string' ? json : UNREADABLE),
  write: (value) => value,
});

/** One of the names that are the keys of `names`. */
export function oneOf<Name extends string>(names: Readonly<Record<Name, unknown>>): Codec<Name> {
  const known: ReadonlyMap<unknown, Name> = new Map(keysOf(names).map((name) => [name, name]));
  return scalar<Name>({
    expected: [...known.keys()].map((name) => JSON.stringify(name)).join(' or '),
    read: (json) => known.get(json) ?? UNREADABLE,
    write: (value) => value,
  });
}

/** Integers from `min` to 2^53-1. Beyond that `JSON.parse` has already rounded, and the value is not what was sent. */
function integerFrom(min: number, max = Number.MAX_SAFE_INTEGER): Codec<number> {
  return scalar<number>({
    expected: `an integer from ${integerText(min)} to ${integerText(max)}`,
    read: (json) =>
      Number.isSafeInteger(json) && Number(json) >= min && Number(json) <= max ? Number(json) : UNREADABLE,
    write: (value) => value,
  });
}

function integerText(value: number): string {
  if (value === Number.MAX_SAFE_INTEGER) return '2^53-1';
  return value === Number.MIN_SAFE_INTEGER ? '-(2^53-1)' : String(value);
}

export const seq: Codec<number> = integerFrom(1);
/** A `seq`, or 0 for "before the first". */
export const lastSeq: Codec<number> = integerFrom(0);
export const exitCode: Codec<number> = integerFrom(Number.MIN_SAFE_INTEGER);

export const httpStatus: Codec<number> = integerFrom(100, 599);

export const durationSecs: Codec<number> = scalar<number>({
  expected: 'a number of seconds, 0 or more',
  read: (json) => (typeof json === 'number' && Number.isFinite(json) && json >= 0 ? json : UNREADABLE),
  write: (value) => value,
});

export const time: Codec<Time> = scalar<Time>({
  expected: 'an RFC 3339 time such as "2026-05-16T10:00:00.000Z"',
  read: (json) => (typeof json === 'string' ? (parseTime(json) ?? UNREADABLE) : UNREADABLE),
  write: formatTime,
});

export const rolloutIdText: Codec<string> = scalar<string>({
  expected: ROLLOUT_ID_SHAPE,
  read: (json) => (typeof json === 'string' && splitRolloutId(json) !== null ? json : UNREADABLE),
  write: (value) => value,
});

/** `Object.keys` forgets the type because a value may have more keys than its type says; the tables here are literal. */
export function keysOf<Key extends string>(table: Readonly<Record<Key, unknown>>): readonly Key[] {
  return Object.keys(table) as Key[];
}
