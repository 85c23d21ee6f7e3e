import { at, isObject } from '../text/index.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { ProblemReport, type WireBatchResult, type WireResult } from './problems.ts';

/** The result of decoding a value that cannot be read. The reason has been reported. */
export const UNREADABLE: unique symbol = Symbol('unreadable');
export type Unreadable = typeof UNREADABLE;

/** Collects the problems of one message. */
export interface DecodeReports {
  /** Problems that make the whole message unreadable. */
  readonly problems: ProblemReport;
  /** Problems that make only one entry of a batch unreadable. */
  readonly skipped: ProblemReport;
}

/** Decodes and encodes one type as a field of an object, which may be absent. */
export interface FieldCodec<Value> {
  /** `json` is `undefined` if the field is absent. Reports every problem, not only the first. */
  readonly decode: (json: unknown, path: string, reports: DecodeReports) => Value | Unreadable;
  /**
   * `undefined` leaves the field out.
   *
   * @throws RangeError for a value that `decode` would refuse.
   */
  readonly encode: (value: Value, path: string) => JsonValue | undefined;
}

/**
 * Decodes and encodes one type. Both directions are in one place, so that neither changes without the other.
 *
 * zod's codecs would do, but they collect problems without a limit: ten megabytes of wrong list entries would take
 * gigabytes of memory.
 */
export interface Codec<Value> extends FieldCodec<Value> {
  readonly encode: (value: Value, path: string) => JsonValue;
}

export function decodeWith<Value>(codec: Codec<Value>, json: unknown, path = '$'): WireResult<Value> {
  const result = decodeBatchWith(codec, json, path);
  return result.ok ? { ok: true, value: result.value } : result;
}

export function decodeBatchWith<Value>(codec: Codec<Value>, json: unknown, path = '$'): WireBatchResult<Value> {
  const reports = { problems: new ProblemReport(), skipped: new ProblemReport() };
  const value = codec.decode(json, path, reports);
  if (value === UNREADABLE) return { ok: false, problems: reports.problems.list() };
  return { ok: true, value, skipped: reports.skipped.list() };
}

/** One codec for each field of `Value`. A missing or an extra codec fails to compile. */
export type FieldCodecs<Value> = { readonly [Field in keyof Value]-?: FieldCodec<Value[Field]> };

/** A {@link Codec} that always encodes to an object. */
export interface ObjectCodec<Value> extends Codec<Value> {
  readonly encode: (value: Value, path: string) => JsonObject;
}

/** An object with the fields of `Value`, encoded in the order of `codecs`. Unknown fields are ignored. */
export function object<Value extends object>(codecs: FieldCodecs<Value>): ObjectCodec<Value> {
  const fields = keysOf<Extract<keyof Value, string>>(codecs);
  return {
    decode: (json, path, reports) => {
      if (!isObject(json)) {
        reports.problems.add(path, 'an object', json);
        return UNREADABLE;
      }
      const value: Partial<Value> = {};
      let readable = true;
      for (const field of fields) {
        const read = codecs[field].decode(ownField(json, field), `${path}.${field}`, reports);
        if (read === UNREADABLE) readable = false;
        else value[field] = read;
      }
      // Safe: `codecs` has an entry for every field of `Value`, and each was read.
      return readable ? (value as Value) : UNREADABLE;
    },
    encode: (value, path) => {
      const json: Record<string, JsonValue> = {};
      for (const field of fields) {
        const written = codecs[field].encode(value[field], `${path}.${field}`);
        if (written !== undefined) json[field] = written;
      }
      return json;
    },
  };
}

/**
 * A field that may be absent. Absent is `null` in memory, and `null` is encoded as absent (specification: wire, "?").
 */
export function optional<Value>(codec: Codec<Value>): FieldCodec<Value | null> {
  return {
    decode: (json, path, reports) => (isAbsent(json) ? null : codec.decode(json, path, reports)),
    encode: (value, path) => (value === null ? undefined : codec.encode(value, path)),
  };
}

/** A field that an older peer may leave out; then it decodes to `absent`. It is always encoded. */
export function orElse<Value>(codec: Codec<Value>, absent: Value): Codec<Value> {
  return {
    decode: (json, path, reports) => (isAbsent(json) ? absent : codec.decode(json, path, reports)),
    encode: codec.encode,
  };
}

/** A list in which every entry must be readable. */
export function listOf<Entry>(codec: Codec<Entry>): Codec<readonly Entry[]> {
  return {
    decode: (json, path, reports) => {
      if (!Array.isArray(json)) {
        reports.problems.add(path, 'a list', json);
        return UNREADABLE;
      }
      const entries: Entry[] = [];
      let readable = true;
      for (let index = 0; index < json.length; index += 1) {
        const entry = codec.decode(json[index], `${path}[${index}]`, reports);
        if (entry === UNREADABLE) readable = false;
        else entries.push(entry);
        // Stops early only in a list that is unreadable anyway: in a batch, all problems may be those of other entries.
        if (!readable && reports.problems.isOverfull) break;
      }
      return readable ? entries : UNREADABLE;
    },
    encode: (entries, path) => entries.map((entry, index) => codec.encode(entry, `${path}[${index}]`)),
  };
}

/** An object whose names may be any string, including `__proto__`. Every entry must be readable. */
export function mapOf<Entry>(codec: Codec<Entry>): Codec<Readonly<Record<string, Entry>>> {
  return {
    decode: (json, path, reports) => {
      if (!isObject(json)) {
        reports.problems.add(path, 'an object', json);
        return UNREADABLE;
      }
      const entries: (readonly [string, Entry])[] = [];
      let readable = true;
      for (const name of Object.keys(json)) {
        const entry = codec.decode(ownField(json, name), at(path, name), reports);
        if (entry === UNREADABLE) readable = false;
        else entries.push([name, entry]);
        if (!readable && reports.problems.isOverfull) break;
      }
      return readable ? Object.fromEntries(entries) : UNREADABLE;
    },
    encode: (map, path) =>
      Object.fromEntries(Object.entries(map).map(([name, entry]) => [name, codec.encode(entry, at(path, name))])),
  };
}

/** A list whose unreadable entries are skipped and reported. The others are kept. */
export function batchOf<Entry>(codec: Codec<Entry>): Codec<readonly Entry[]> {
  return {
    decode: (json, path, reports) => {
      if (!Array.isArray(json)) {
        reports.problems.add(path, 'a list', json);
        return UNREADABLE;
      }
      const entries: Entry[] = [];
      const ofEntries: DecodeReports = { problems: reports.skipped, skipped: reports.skipped };
      for (let index = 0; index < json.length; index += 1) {
        const entry = codec.decode(json[index], `${path}[${index}]`, ofEntries);
        if (entry !== UNREADABLE) entries.push(entry);
      }
      return entries;
    },
    encode: listOf(codec).encode,
  };
}

/**
 * The object's own field, never an inherited one: `constructor` and `__proto__` are absent unless they were sent. A
 * getter, which JSON never has, also counts as absent, so that it cannot throw.
 */
export function ownField(json: object, field: string): unknown {
  return Object.getOwnPropertyDescriptor(json, field)?.value;
}

function isAbsent(json: unknown): boolean {
  return json === undefined || json === null;
}

/** `Object.keys` loses the type, because a value may have more keys than its type. The tables here are literals. */
function keysOf<Key extends string>(table: Readonly<Record<Key, unknown>>): readonly Key[] {
  return Object.keys(table) as Key[];
}
