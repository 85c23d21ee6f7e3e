import type { JsonValue } from './json.ts';
import { ProblemReport } from './problem-report.ts';
import type { WireBatchResult, WireResult } from './wire-result.ts';

/** What decoding returns in place of a value, once it has reported why. */
export const UNREADABLE: unique symbol = Symbol('unreadable');
export type Unreadable = typeof UNREADABLE;

/** Where the problems of one message go. */
export interface DecodeReports {
  /** Those that make the message as a whole unreadable. */
  readonly problems: ProblemReport;
  /** Those that cost only one entry of a batch. */
  readonly skipped: ProblemReport;
}

/** Both directions between one type and a field of an object, which may be absent. */
export interface FieldCodec<Value> {
  /** `json` is `undefined` where the field is absent. Reports every problem, not only the first. */
  readonly decode: (json: unknown, path: string, reports: DecodeReports) => Value | Unreadable;
  /**
   * `undefined` leaves the field out.
   *
   * @throws RangeError for a value that `decode` would refuse.
   */
  readonly encode: (value: Value, path: string) => JsonValue | undefined;
}

/**
 * Both directions between one type and its JSON, so that neither can be changed without the other.
 *
 * zod's codecs do the same, but they collect problems without a limit: ten megabytes of wrong list entries would take
 * gigabytes of memory.
 */
export interface Codec<Value> extends FieldCodec<Value> {
  readonly encode: (value: Value, path: string) => JsonValue;
}

export function decodeWith<Value>(codec: Codec<Value>, json: unknown): WireResult<Value> {
  const result = decodeBatchWith(codec, json);
  return result.ok ? { ok: true, value: result.value } : result;
}

export function decodeBatchWith<Value>(codec: Codec<Value>, json: unknown): WireBatchResult<Value> {
  const reports = { problems: new ProblemReport(), skipped: new ProblemReport() };
  const value = codec.decode(json, '$', reports);
  if (value === UNREADABLE) return { ok: false, problems: reports.problems.list() };
  return { ok: true, value, skipped: reports.skipped.list() };
}
