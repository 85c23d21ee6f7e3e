import {
  healthFailurePolicies,
  hostStates,
  probeDeclarationFields,
  probeModes,
  probeRecordFields,
  probeStatuses,
  probeSubResultFields,
  rolloutStates,
  type FieldTable,
  type FieldType,
  type FieldValues,
  type ProbeDeclaration,
  type ProbeRecord,
  type ProbeSubResult,
  type Time,
  type ValuesOf,
} from '../machine/index.ts';
import { describeValue, formatTime, parseTime } from '../text/index.ts';
import {
  listOf,
  mapOf,
  object,
  optional,
  orElse,
  UNREADABLE,
  type Codec,
  type FieldCodec,
  type FieldCodecs,
  type Unreadable,
} from './codec.ts';
import type { JsonValue } from './json.ts';
import { ROLLOUT_ID_SHAPE, splitRolloutId } from './rollout-id.ts';

interface Scalar<Value> {
  readonly expected: string;
  readonly read: (json: unknown) => Value | Unreadable;
  /** `null` for a value that cannot be written. */
  readonly write: (value: Value) => JsonValue;
}

/** Reads every encoded value back before it is sent, so that a bug is found here and not by the peer. */
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
  expected: 'a string',
  read: (json) => (typeof json === 'string' ? json : UNREADABLE),
  write: (value) => value,
});

export function oneOf<Name extends string>(names: readonly Name[]): Codec<Name> {
  const known: ReadonlyMap<unknown, Name> = new Map(names.map((name) => [name, name]));
  return scalar<Name>({
    expected: names.map((name) => JSON.stringify(name)).join(' or '),
    read: (json) => known.get(json) ?? UNREADABLE,
    write: (value) => value,
  });
}

/** Integers from `min` to 2^53-1. Beyond that, `JSON.parse` has already rounded the value. */
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
const exitCode: Codec<number> = integerFrom(Number.MIN_SAFE_INTEGER);

export const httpStatus: Codec<number> = integerFrom(100, 599);

const durationSecs: Codec<number> = scalar<number>({
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

export const healthFailurePolicy: Codec<FieldValues['healthFailurePolicy']> = oneOf(healthFailurePolicies);

export const flag: Codec<boolean> = scalar<boolean>({
  expected: 'true or false',
  read: (json) => (typeof json === 'boolean' ? json : UNREADABLE),
  write: (value) => value,
});

type AnyValue = FieldValues[FieldType] | null;
type Codecs<Types extends FieldType> = { readonly [Type in Types]: Codec<FieldValues[Type]> };

const scalarCodecs = {
  text,
  closure: text,
  rolloutId: rolloutIdText,
  time,
  seq,
  count: lastSeq,
  exitCode,
  seconds: durationSecs,
  hostState: oneOf(hostStates),
  rolloutState: oneOf(rolloutStates),
  probeMode: oneOf(probeModes),
  probeStatus: oneOf(probeStatuses),
  healthFailurePolicy,
  probeNames: listOf(text),
} satisfies Partial<Codecs<FieldType>>;

/** The codec of each field in the table, by the type of the field. */
function codecsWith<Table extends FieldTable>(
  table: Table,
  codecs: Partial<Codecs<FieldType>>,
): FieldCodecs<ValuesOf<Table>> {
  const entries = Object.entries(table).map(([name, { type, nullable }]): readonly [string, FieldCodec<AnyValue>] => {
    // The codec of a type is only used for values of that type.
    const codec = codecs[type] as Codec<AnyValue> | undefined;
    if (codec === undefined) throw new Error(`There is no codec for the ${type} of ${name}.`);
    return [name, nullable ? optional(codec) : codec];
  });
  // One for each field, of its type in the table.
  return Object.fromEntries(entries) as unknown as FieldCodecs<ValuesOf<Table>>;
}

const subResult = codecsWith(probeSubResultFields, scalarCodecs);

/** The codec of each type of field. */
const fieldCodecs: Codecs<FieldType> = {
  ...scalarCodecs,
  probeDeclarations: listOf(object<ProbeDeclaration>(codecsWith(probeDeclarationFields, scalarCodecs))),
  probeSubResults: listOf(
    object<ProbeSubResult>({ ...subResult, effectiveMode: orElse(scalarCodecs.probeMode, 'enforce') }),
  ),
  probeRecords: mapOf(object<ProbeRecord>(codecsWith(probeRecordFields, scalarCodecs))),
};

/** The codecs of an object with these fields. */
export const codecsOf = <Table extends FieldTable>(table: Table): FieldCodecs<ValuesOf<Table>> =>
  codecsWith(table, fieldCodecs);
