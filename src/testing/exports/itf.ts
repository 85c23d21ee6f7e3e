import {
  eventTable,
  hostRecordFields,
  probeRecordFields,
  probeSubResultFields,
  type FieldTable,
} from '../../machine/index.ts';
import { rolloutRecordFields } from '../../rollout/index.ts';
import { isHostPath, momentsOf, type AnyPath } from '../test-path.ts';

/** A value in ITF. */
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

/** ITF has no null and no floats. An absent value is a variant, and all numbers of this domain but one are integers. */
function itfValue(value: unknown, field = ''): ItfValue {
  if (value === null || value === undefined) return NONE;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isInteger(value) ? { '#bigint': String(value) } : String(value);
  if (Array.isArray(value)) return value.map((each) => itfValue(each));
  const entries = Object.entries(value);
  if (field === 'probes') return { '#map': entries.map(([name, probe]) => [name, itfValue(probe)] as const) };
  return Object.fromEntries(entries.map(([name, each]) => [name, itfField(name, each)]));
}

/** A nullable field is always `Some` or `None`, so that it has one type. */
const itfField = (name: string, value: unknown): ItfValue =>
  NULLABLE.has(name) && value !== null ? variant('Some', itfValue(value, name)) : itfValue(value, name);

const tables: readonly FieldTable[] = [
  hostRecordFields,
  rolloutRecordFields,
  probeRecordFields,
  probeSubResultFields,
  ...Object.values(eventTable).flatMap(({ fields, localFields }) => [fields, localFields]),
];

const NULLABLE: ReadonlySet<string> = new Set(
  tables.flatMap((table) => Object.keys(table).filter((name) => table[name]?.nullable === true)),
);

/** A tagged value as a variant. Its nullable fields are variants too, in every value. */
function tagged(value: object, tagName: 'type' | 'kind'): ItfValue {
  const { [tagName]: tag, ...fields } = value as { readonly [field: string]: unknown };
  return variant(String(tag), itfValue(fields));
}

/**
 * The trace of a path. The variables `record`, `event`, `effects` and `refusal` are the machine's. The two `mbt::`
 * variables are those that Quint writes for model-based testing: the action that led to this state, and its choices.
 */
export function itfTrace(path: AnyPath): ItfTrace {
  const nothing = { event: NONE, now: NONE };
  const begin = {
    record: itfValue(path.start),
    event: NONE,
    effects: [],
    refusal: NONE,
    'mbt::actionTaken': 'init',
    'mbt::nondetPicks': nothing,
  };
  const rest = momentsOf(path).map(({ event, now, after, effects, refusal }) => {
    const given = variant('Some', tagged(event, 'type'));
    return {
      record: itfValue(after),
      event: given,
      effects: effects.map((effect) => tagged(effect, 'type')),
      refusal: refusal === null ? NONE : variant('Some', tagged(refusal, 'kind')),
      'mbt::actionTaken': event.type,
      'mbt::nondetPicks': { event: given, now: variant('Some', itfValue(now)) },
    };
  });
  return {
    '#meta': {
      format: 'ITF',
      description: path.name,
      source: isHostPath(path) ? `hostRollout, ${path.side}, ${path.policy.onHealthFailure}` : 'rollout',
    },
    params: [],
    vars: Object.keys(begin),
    states: [begin, ...rest].map((state, index) => ({ '#meta': { index }, ...state })),
  };
}
