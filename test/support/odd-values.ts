import type { Field, FieldTable, FieldType, FieldValues } from '../../src/machine/index.ts';
import {
  healthFailurePolicies,
  hostStates,
  probeModes,
  probeStatuses,
  rolloutStates,
} from '../../src/machine/index.ts';

/** Texts that a careless program loses, mixes up or truncates. Two pairs look alike but differ in Unicode form. */
export const oddTexts: readonly string[] = [
  '',
  '10',
  '-1',
  ' ',
  'constructor',
  '__proto__',
  'hasOwnProperty',
  'null',
  'a@b',
  'caf\u00e9',
  'cafe\u0301',
  '\u1e9b\u0323',
  '\ufb01\ufeff\u2028\u0085',
  '\u0000\u0007\u001b[31m\r\n\t\u007f',
  '\ud800',
  '\udc00\ud800',
  '\u{1f680}\u{10ffff}',
  '"\\\'`<&>%20${x}',
  'x'.repeat(10_000),
  '\u{1f680}\u0301'.repeat(3_333),
];

const oddIntegers = [0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1];

/** Before 1970, at its start, with milliseconds, beyond 32 bits of seconds, and both limits of RFC 3339. */
const oddTimes = [
  0,
  1,
  -1,
  999,
  -1_001,
  1_778_925_600_125,
  -(2 ** 31) * 1000,
  2 ** 31 * 1000,
  2 ** 32 * 1000 + 7,
  -62_167_219_200_000,
  253_402_300_799_999,
];

const oddProbe = { status: 'fail', mode: 'enforce', lastObservedAt: -1, lastPassAt: null, failureReason: '' } as const;

const values: { readonly [Type in FieldType]: readonly FieldValues[Type][] } = {
  text: oddTexts,
  closure: oddTexts,
  rolloutId: oddTexts.map((text) => `${text.replaceAll('@', '')}x@${text}y`),
  time: oddTimes,
  seq: oddIntegers.slice(1),
  count: oddIntegers,
  exitCode: [...oddIntegers, -1, 255, -(2 ** 31), 1 - 2 ** 53],
  seconds: [...oddIntegers, 0.5, 1e-7, 1e300],
  hostState: hostStates,
  rolloutState: rolloutStates,
  probeMode: probeModes,
  probeStatus: probeStatuses,
  healthFailurePolicy: healthFailurePolicies,
  probeNames: [[], oddTexts, [...oddTexts].reverse(), ['a', 'a']],
  probeDeclarations: [[], oddTexts.map((text) => ({ probeName: text, kind: text, mode: 'observe' }))],
  probeSubResults: [
    [],
    oddTexts.map((text) => ({
      controlId: text,
      status: 'fail',
      framework: text,
      article: text,
      effectiveMode: 'disabled',
      overrideReason: text,
    })),
  ],
  probeRecords: [
    {},
    Object.fromEntries(oddTexts.map((text) => [text, { ...oddProbe, failureReason: text }])),
    Object.fromEntries(oddTexts.map((text) => [text, { ...oddProbe, status: 'pass', lastPassAt: -1 }])),
  ],
};

/** Odd values allowed in the field. */
export const oddValues = ({ type, nullable }: Field): readonly unknown[] => [
  ...values[type],
  ...(nullable ? [null] : []),
];

/** `base` with one field at a time set to each of its odd values. */
export function withOddFields<Base extends object>(base: Base, table: FieldTable): readonly Base[] {
  return Object.entries(table).flatMap(([name, field]) =>
    oddValues(field).map((value) => ({ ...base, [name]: value })),
  );
}
