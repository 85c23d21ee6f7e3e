import {
  probeModes,
  probeStatuses,
  type HostRolloutState,
  type ProbeMode,
  type ProbeRecord,
  type ProbeStatus,
  type ProbeSubResult,
} from '../../machine/index.ts';
import { pairwiseRows } from './pairwise.ts';

// Values that careless programs lose or mix up. All are valid JSON and Unicode, and every implementation must preserve
// them.

/** Texts short enough for every question. */
export const oddTexts: readonly string[] = [
  'web-01',
  '',
  '10',
  'constructor',
  '__proto__',
  'caf\u00e9',
  'cafe\u0301',
  '\u30db\u30b9\u30c8 \u{1f680}',
  'a\u0000b\u0007\u001b[31m',
  'one\ntwo\r\nthree\tfour\r',
  ' WEB-01 ',
  'null',
  '"\\\'`<&>%20${x}',
  'a/b:c@d,e;f|g=h.i#j',
  '\ufeff\u2028\u007f\u0085\ufb01',
  `long${'-text'.repeat(60)}`,
];

/** The name of the text with everything that programs escape, trim, normalize or truncate. */
export const EVERYTHING = 'everything at once';

/**
 * Texts that some program misreads. There are too many to combine in pairs, so each is asked once in every field of
 * every legal cell.
 */
export const strayTexts: ReadonlyMap<string, string> = new Map([
  ['a number with an exponent', '-1.5e3'],
  ['zeros in front', '007'],
  ['a number with a point', '1.0'],
  ['a number with a plus', '+1'],
  ['a hexadecimal number', '0x1F'],
  ['a date', '2026-05-16T10:00:00Z'],
  ['an object of JSON', '{"a":[1]}'],
  ['a list of JSON', '[]'],
  ['a text of JSON', '"a"'],
  ['undefined', 'undefined'],
  ['None', 'None'],
  ['nil', 'nil'],
  ['NULL', 'NULL'],
  ['a dash', '-'],
  ['NaN', 'NaN'],
  ['Infinity', 'Infinity'],
  ['true', 'true'],
  ['false', 'false'],
  ['yes', 'yes'],
  ['no', 'no'],
  ['a space', ' '],
  ['a point', '.'],
  ['two points', '..'],
  ['a star', '*'],
  ['a method of objects', 'toString'],
  ['characters without width', 'a\u200bb\u00adc\u200d\u200f\u2060\u202e'],
  ['a fixed space', 'a\u00a0b\u3000c'],
  ['runs of spaces', 'two  spaces'],
  ['entities', '&amp;&lt;&#65;'],
  ['a plus between', 'a+b'],
  ['escapes', '\\u0041\\n\\x41\\\\'],
  ['formats', '%s %d {0} {{x}} $1 ${x} #{x}'],
  ['a slash at the end', 'a/b/'],
  ['two slashes', '//a//b/../c/.'],
  ['a drive', 'C:\\a\\b'],
  ['special letters', '\u0130\u0131\u1e9e\u00df\u017f\u212a\u03c2'],
  ['a comment', 'a # b // c -- d /* e */'],
  ['a tilde', '~/a'],
  ['a variable', '$HOME'],
  ['quotes of SQL', "it''s; '--"],
  ['a line break at the end', 'a\n'],
  ['markup', '<b>]]><!-- a -->'],
  ['an address', 'https://a.b:1/c?d=e&f#g'],
  ['a joined picture', '\u{1f469}\u200d\u{1f4bb}\u{1f1e9}\u{1f1ea}'],
  ['many accents', 'Z\u0351\u036b\u0343a\u0328\u0301'],
  ['the last character', '\u{10ffff}\ufffd\ufffe\ue000'],
  ['upper case', 'WEB-01'],
  ['a point at the end', 'web-01.'],
  ['255 characters', 'x'.repeat(255)],
  ['256 characters', 'x'.repeat(256)],
  [
    EVERYTHING,
    '\ufeff \tWEB-01.\0\u0007\u001b[31mred\u001b[0m\r\ntwo  spaces &amp; <b>"it\'s"</b> \\n %20 %s ${x} $HOME a+b C:\\a//b/../c' +
      ' \u2028 cafe\u0301 \u00e9 \u{1f680} \u200b\u00a0 \ufb01 \u0130 # // ; . \r\n/',
  ],
]);

/** Longer than any limit that a program might have for names, and too long to combine with everything. */
export const longTexts: readonly string[] = ['x'.repeat(5_000), `${'\u00e9\u{1f680}'.repeat(3_333)}!`];

/** Rollout ids are `{channel}@{channelRef}` with neither part empty and no `@` in the channel (specification: wire). */
export const oddRolloutIds: readonly string[] = oddTexts.map((text, index) => {
  const part = text === '' ? 'x' : text;
  return index % 2 === 1 ? `stable@${part}` : `${part.replaceAll('@', '-')}@a1b2c3d`;
});

/** Free text in an event may be longer still. */
export const longestTexts: readonly string[] = [...longTexts, 'y'.repeat(66_000)];

export const longRolloutIds: readonly string[] = longTexts.map((text) => `${text}@${text}`);

/** Close to the last time that RFC 3339 can represent. */
export const FAR_AHEAD = 253_402_200_000_123;

const DAY_MS = 86_400_000;

/** Before 1970, at its start, with milliseconds, beyond 32 bits of seconds, and at the limit of RFC 3339. */
export const oddTimes: readonly number[] = [
  1_778_925_600_125,
  0,
  -1,
  1,
  -62_135_500_000_000,
  999,
  2 ** 31,
  2 ** 32 * 1_000 + 7,
  FAR_AHEAD,
];

export const oddTimesOrNull: readonly (number | null)[] = [null, 0, -DAY_MS - 1, 1_778_925_601_999, 2 ** 42 + 1];

/** Including those with a meaning for systemd, switch-to-configuration and shells. */
export const exitCodes: readonly number[] = [
  0,
  1,
  -1,
  127,
  255,
  256,
  -(2 ** 31),
  2 ** 31 - 1,
  2,
  4,
  100,
  126,
  130,
  137,
  143,
];

export const durationsSecs: readonly number[] = [120, 0, 1, 0.5, 86_400.125, 2 ** 31, Number.MAX_SAFE_INTEGER];

/** The previous number and the event's: rising by one, by more, and across the limits of types. */
export const risingSeqs: readonly (readonly [last: number, seq: number])[] = [
  [0, 1],
  [1, 2],
  [9, 10],
  [99, 1_000],
  [0, 2],
  [32_767, 32_768],
  [65_535, 65_536],
  [2 ** 31 - 1, 2 ** 31],
  [2 ** 32 - 1, 2 ** 32],
  [2 ** 32, 2 ** 32 + 2],
  [5, 2 ** 53 - 1],
  [2 ** 53 - 2, 2 ** 53 - 1],
  [7, 1_000_007],
];

/** The same, but repeated or older, so that the event is refused. */
export const staleSeqs: readonly (readonly [last: number, seq: number])[] = [
  [1, 1],
  [2, 1],
  [10, 9],
  [100, 20],
  [2 ** 31, 2 ** 31],
  [2 ** 31, 2 ** 31 - 1],
  [2 ** 32, 1],
  [2 ** 32 + 2, 2 ** 32 + 1],
  [2 ** 53 - 1, 2 ** 53 - 1],
  [2 ** 53 - 1, 2 ** 53 - 2],
];

const probe = (mode: ProbeMode, status: ProbeStatus, number: number): ProbeRecord => ({
  mode,
  status,
  lastObservedAt: 1_778_925_600_125 + number,
  lastPassAt: status === 'pass' ? 1_778_925_600_125 + number : null,
  failureReason: status === 'pass' ? null : `reason ${number}`,
});

/** `fromEntries` keeps a probe named `__proto__`; a literal would lose it. */
const probesOf = (entries: readonly (readonly [string, ProbeRecord])[]): HostRolloutState['probes'] =>
  Object.fromEntries(entries);

const many = (count: number, failing: number | null): HostRolloutState['probes'] =>
  probesOf(
    Array.from({ length: count }, (_, index) => [
      `probe-${index + 1}`,
      probe('enforce', index === failing ? 'fail' : 'pass', index),
    ]),
  );

/** Probes that do not block convergence. */
export const passingProbes: readonly HostRolloutState['probes'][] = [
  probesOf([['http-health', probe('enforce', 'pass', 1)]]),
  {},
  probesOf([
    ['z', probe('observe', 'fail', 1)],
    ['a', probe('disabled', 'fail', 2)],
    ['10', probe('enforce', 'pass', 3)],
    ['9', probe('observe', 'pass', 4)],
    ['m', probe('disabled', 'pass', 5)],
    ['', probe('enforce', 'pass', 6)],
  ]),
  probesOf(oddTexts.map((name, index) => [name, probe('enforce', 'pass', index)])),
  many(40, null),
  probesOf([
    ['http-health', { mode: 'enforce', status: 'pass', lastObservedAt: 0, lastPassAt: -1, failureReason: '' }],
    ['HTTP-HEALTH', { mode: 'observe', status: 'fail', lastObservedAt: -1, lastPassAt: 0, failureReason: '' }],
  ]),
  probesOf([['__proto__', { ...probe('disabled', 'fail', 1), failureReason: 'caf\u00e9\n' }]]),
];

/** Probes that block convergence: the first, the last, the only one, one of many, and names that programs lose. */
export const holdingProbes: readonly HostRolloutState['probes'][] = [
  probesOf([['http-health', probe('enforce', 'fail', 1)]]),
  probesOf([
    ['http-health', probe('enforce', 'fail', 1)],
    ['other', probe('enforce', 'pass', 2)],
  ]),
  probesOf([
    ['other', probe('enforce', 'pass', 2)],
    ['z', probe('observe', 'pass', 3)],
    ['y', probe('enforce', 'fail', 1)],
  ]),
  probesOf([['__proto__', probe('enforce', 'fail', 1)]]),
  probesOf([['constructor', probe('enforce', 'fail', 1)]]),
  probesOf([['', probe('enforce', 'fail', 1)]]),
  probesOf([['10', probe('enforce', 'fail', 1)]]),
  many(40, 39),
  many(40, 17),
  many(3, 0),
  probesOf([['passed-before', { ...probe('enforce', 'fail', 1), lastPassAt: 1_778_925_600_000 }]]),
  probesOf([['no-reason', { ...probe('enforce', 'fail', 1), failureReason: null }]]),
  probesOf([['empty-reason', { ...probe('enforce', 'fail', 1), failureReason: '' }]]),
  probesOf([['long-ago', { ...probe('enforce', 'fail', 1), lastObservedAt: -1, lastPassAt: 0 }]]),
  probesOf([
    ['m', probe('enforce', 'pass', 1)],
    ['10', probe('enforce', 'pass', 2)],
    ['a', probe('enforce', 'fail', 3)],
    ['z', probe('disabled', 'fail', 4)],
    ['9', probe('observe', 'fail', 5)],
  ]),
];

const STORED = 'stored-before';

/**
 * Names that some program confuses: two that look alike, two numbers, two spellings of one text. Each pair is used for
 * a target and what runs instead, and for a probe with a result and another one that reports.
 */
export const confusedTexts: readonly (readonly [text: string, other: string])[] = [
  ['web-http', 'WEB-HTTP'],
  ['web-http', 'web-http '],
  ['web-http', 'web_http'],
  ['web-http', 'web-http-2'],
  ['web-http', 'web'],
  ['caf\u00e9', 'cafe\u0301'],
  ['caf\u00e9', 'cafe'],
  ['\ufb01', 'fi'],
  ['10', '1e1'],
  ['1', '1.0'],
  ['7', '007'],
  ['0', ''],
  ['1', 'true'],
  ['a b', 'a%20b'],
  ['a/b', 'a/b/'],
  ['a/b', 'a//b'],
];

/** The name of a probe, and records in which it has a result: of every mode and status, newer or older than most. */
export const storedProbe = {
  name: STORED,
  records: probeModes.flatMap((mode) =>
    probeStatuses.flatMap((status) =>
      [-1, FAR_AHEAD].map((lastObservedAt) =>
        probesOf([
          ['another', probe('enforce', 'pass', 1)],
          [STORED, { ...probe(mode, status, 2), lastObservedAt, lastPassAt: lastObservedAt - 1 }],
        ]),
      ),
    ),
  ),
} as const;

/** A record with a result of each probe that is to be confused with another. */
export const confusedProbes: HostRolloutState['probes'] = probesOf(
  confusedTexts.map(([name], index) => [name, probe(index % 2 === 0 ? 'enforce' : 'observe', 'fail', index)]),
);

/** More than a program would expect. */
export const manyProbes: readonly HostRolloutState['probes'][] = [many(300, null)];

const [ENFORCE, OBSERVE, DISABLED]: readonly [ProbeMode, ProbeMode, ProbeMode] = probeModes;

/** Declared probes: none, one, five and more without order, with a name twice, with every mode. */
export const declarations = [
  [{ probeName: 'http-health', kind: 'http', mode: ENFORCE }],
  [],
  ['z', 'a', '10', '9', 'm', 'Z', ''].map((probeName, index) => ({
    probeName,
    kind: index % 2 === 0 ? 'command' : '',
    mode: probeModes[index % 3] ?? 'enforce',
  })),
  [
    { probeName: 'twice', kind: 'http', mode: ENFORCE },
    { probeName: 'twice', kind: 'command', mode: DISABLED },
  ],
  oddTexts.map((probeName) => ({ probeName, kind: probeName, mode: OBSERVE })),
  Array.from({ length: 40 }, (_, index) => ({
    probeName: `p${40 - index}`,
    kind: 'http',
    mode: ENFORCE,
  })),
] as const;

const sub = (controlId: string, change: Partial<ProbeSubResult> = {}): ProbeSubResult => ({
  controlId,
  status: 'pass',
  framework: 'cis',
  article: null,
  effectiveMode: 'enforce',
  overrideReason: null,
  ...change,
});

/** No override, one without a reason, and one with a reason; likewise for articles. */
const NONE_EMPTY_SOME = [null, '', 'R33'] as const;

/** Sub-results with every pair of status, mode, article and reason, each in its own list. */
const loneSubResults = pairwiseRows([2, 3, 3, 3]).map(([status = 0, mode = 0, article = 0, reason = 0], index) => [
  sub(`control-${index}`, {
    status: probeStatuses[status] ?? 'pass',
    effectiveMode: probeModes[mode] ?? 'enforce',
    article: NONE_EMPTY_SOME[article] ?? null,
    overrideReason: NONE_EMPTY_SOME[reason] ?? null,
  }),
]);

/** The same text in every text field of a sub-result. */
const subOf = (text: string): ProbeSubResult => sub(text, { framework: text, article: text, overrideReason: text });

export const subResultLists: readonly (readonly ProbeSubResult[] | null)[] = [
  null,
  [],
  ...loneSubResults,
  [sub('b', { article: '' }), sub('a', { article: 'R33', effectiveMode: 'disabled' }), sub('b')],
  oddTexts.map(subOf),
  Array.from({ length: 30 }, (_, index) => sub(`c${30 - index}`, { overrideReason: `reason ${index}` })),
];

/** Lists and sets with the stray text in every place for one, by the field of the question. */
export const strayLists: Readonly<Record<string, readonly unknown[]>> = (() => {
  const texts = Array.from(strayTexts.values());
  return {
    'event.subResults': texts.map((text) => [subOf(text)]),
    'event.failingProbes': texts.map((text) => [text]),
    'event.probes': texts.map((text) => [{ probeName: text, kind: text, mode: ENFORCE }]),
    'record.probes': texts.map((text, index) =>
      probesOf([[text, { ...probe('observe', index % 2 === 0 ? 'fail' : 'pass', index), failureReason: text }]]),
    ),
  };
})();

export const manySubResults = [Array.from({ length: 300 }, (_, index) => sub(`c${300 - index}`))];
export const manyNames = [Array.from({ length: 300 }, (_, index) => `p${300 - index}`)];
export const manyDeclarations = [
  Array.from({ length: 300 }, (_, index) => ({ probeName: `p${300 - index}`, kind: 'http', mode: ENFORCE })),
];

export const failingProbeLists: readonly (readonly string[])[] = [
  ['http-health'],
  [],
  ['z', 'a', 'z', '10', '9'],
  oddTexts,
  Array.from({ length: 40 }, (_, index) => `p${40 - index}`),
];
