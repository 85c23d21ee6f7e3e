import { answerOf } from '../answer.ts';
import type { TestPath } from '../test-path.ts';

/** A value as ITF writes it. */
export type ItfValue =
  | string
  | boolean
  | { readonly '#bigint': string }
  | { readonly '#tup': readonly ItfValue[] }
  | { readonly '#map': readonly (readonly [ItfValue, ItfValue])[] }
  | readonly ItfValue[]
  | { readonly [field: string]: ItfValue };

/** A trace in the Informal Trace Format, which Apalache and Quint read: one state before each event and one at the end. */
export interface ItfTrace {
  readonly '#meta': { readonly format: 'ITF'; readonly description: string; readonly source: string };
  readonly params: readonly string[];
  readonly vars: readonly string[];
  readonly states: readonly ({ readonly '#meta': { readonly index: number } } & { readonly [name: string]: unknown })[];
}

const variant = (tag: string, value: ItfValue): ItfValue => ({ tag, value });
const NONE = variant('None', { '#tup': [] });

/** ITF has no null and no floats: an absent value is a variant, and every number of this domain but one is an integer. */
function itfValue(value: unknown, field = ''): ItfValue {
  if (value === null || value === undefined) return NONE;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isInteger(value) ? { '#bigint': String(value) } : String(value);
  if (Array.isArray(value)) return value.map((each) => itfValue(each));
  const entries = Object.entries(value);
  if (field === 'probes') return { '#map': entries.map(([name, probe]) => [name, itfValue(probe)] as const) };
  return Object.fromEntries(entries.map(([name, each]) => [name, itfField(name, each)]));
}

/** A field that may be null is `Some` or `None`, always in the same way, so that it has one type. */
const itfField = (name: string, value: unknown): ItfValue =>
  NULLABLE.has(name) && value !== null ? variant('Some', itfValue(value, name)) : itfValue(value, name);

const NULLABLE: ReadonlySet<string> = new Set([
  'currentClosureAtDispatch',
  'currentClosure',
  'revertedTo',
  'dispatchAckedAt',
  'activationStartedAt',
  'activationCompletedAt',
  'activationFailedAt',
  'probeObservedFirstAt',
  'probeFailureFirstAt',
  'soakDueAt',
  'convergedAt',
  'failedAt',
  'policyApplied',
  'revertedAt',
  'lastPassAt',
  'failureReason',
  'subResults',
  'article',
  'overrideReason',
]);

/** Fields of events with the name of a field of a record, which are never null there, are variants all the same. */
function tagged(value: object, tagName: 'type' | 'kind'): ItfValue {
  const { [tagName]: tag, ...fields } = value as { readonly [field: string]: unknown };
  return variant(String(tag), itfValue(fields));
}

/** The trace of a path: variables `record`, `event`, `effects` and `refusal`; the last three tell how it got there. */
export function itfTrace(path: TestPath): ItfTrace {
  let record = path.start;
  const begin = { record: itfValue(record), event: NONE, effects: [], refusal: NONE };
  const rest = path.steps.map(({ event, expected }) => {
    if (expected.ok) record = expected.state;
    const answer = answerOf(expected);
    return {
      record: itfValue(record),
      event: variant('Some', tagged(event, 'type')),
      effects: 'ok' in answer ? answer.ok.effects.map((effect) => tagged(effect, 'type')) : [],
      refusal: 'ok' in answer ? NONE : variant('Some', tagged(answer.err, 'kind')),
    };
  });
  return {
    '#meta': {
      format: 'ITF',
      description: path.name,
      source: `hostRollout, ${path.side}, ${path.policy.onHealthFailure}`,
    },
    params: [],
    vars: ['record', 'event', 'effects', 'refusal'],
    states: [begin, ...rest].map((state, index) => ({ '#meta': { index }, ...state })),
  };
}
