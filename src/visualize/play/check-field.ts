import { hostStates } from '../../machine/host-states.ts';
import type { FieldKind } from './event-fields.ts';
import { isObject } from '../../text/index.ts';

export const choices: { readonly [Kind in FieldKind]: readonly string[] | null } = {
  time: null,
  'time-or-null': null,
  text: null,
  'text-or-null': null,
  whole: null,
  count: null,
  seq: null,
  mode: ['enforce', 'observe', 'disabled'],
  status: ['pass', 'fail'],
  policy: ['halt', 'rollback-and-halt'],
  'host-state': hostStates,
  names: null,
  probes: null,
  'sub-results': null,
};

const isText = (value: unknown): value is string => typeof value === 'string';
const isIn = (kind: FieldKind, value: unknown): boolean => choices[kind]?.some((choice) => choice === value) ?? false;

const isProbe = (value: unknown): boolean =>
  isObject(value) && isText(value['probeName']) && isText(value['kind']) && isIn('mode', value['mode']);

const isSubResult = (value: unknown): boolean =>
  isObject(value) &&
  isText(value['controlId']) &&
  isIn('status', value['status']) &&
  isText(value['framework']) &&
  (value['article'] === null || isText(value['article'])) &&
  isIn('mode', value['effectiveMode']) &&
  (value['overrideReason'] === null || isText(value['overrideReason']));

/** What is wrong with the value of a field, as a sentence; `null` where nothing is. */
export function problemOf(kind: FieldKind, value: unknown): string | null {
  switch (kind) {
    case 'time':
      return Number.isSafeInteger(value) ? null : 'Give a time such as 2026-05-16T10:00:00.000Z.';
    case 'time-or-null':
      return value === null || Number.isSafeInteger(value) ? null : 'Give a time, or leave it empty for none.';
    case 'text':
      return isText(value) ? null : 'Give a text.';
    case 'text-or-null':
      return value === null || isText(value) ? null : 'Give a text, or none.';
    case 'whole':
      return Number.isSafeInteger(value) ? null : 'Give a whole number.';
    case 'count':
      return Number.isSafeInteger(value) && Number(value) >= 0 ? null : 'Give a whole number from 0.';
    case 'seq':
      return Number.isSafeInteger(value) && Number(value) >= 1
        ? null
        : 'Give a whole number from 1 to 9007199254740991.';
    case 'mode':
    case 'status':
    case 'policy':
    case 'host-state':
      return isIn(kind, value) ? null : `Choose one of ${choices[kind]?.join(', ')}.`;
    case 'names':
      return Array.isArray(value) && value.every(isText) ? null : 'Give a list of names in JSON, such as ["http"].';
    case 'probes':
      return Array.isArray(value) && value.every(isProbe)
        ? null
        : 'Give a JSON list of { "probeName", "kind", "mode" }, mode one of enforce, observe, disabled.';
    case 'sub-results':
      return value === null || (Array.isArray(value) && value.every(isSubResult))
        ? null
        : 'Give null, or a JSON list of { "controlId", "status", "framework", "article", "effectiveMode", "overrideReason" }.';
  }
}
