import {
  eventTable,
  healthFailurePolicies,
  hostRecordFields,
  outboundTypeOf,
  probeModes,
  probeStatuses,
  type FieldTable,
  type FieldType,
  type HostEvent,
  type HostEventType,
  type HostRolloutState,
  type ProbeRecord,
  type ProbeStatus,
} from '../../machine/index.ts';
import { confusedTexts, exitCodes, strayTexts } from './odd-values.ts';

// Kinds of values that programs handle differently. Each field of a question falls into one class.

const textClasses = {
  empty: (text) => text === '',
  'over 1,000 characters': (text) => text.length > 1_000,
  'over 255 characters': (text) => text.length > 255,
  'line breaks': (text) => /[\n\r\t]/.test(text),
  'control characters': (text) => Array.from(text).some((sign) => sign < ' '),
  'decomposed (NFD)': (text) => text !== text.normalize('NFC'),
  'invisible characters': (text) => /[\ufeff\u2028\u0085\u007f]/.test(text),
  'beyond 16 bits': (text) => /[\u{10000}-\u{10ffff}]/u.test(text),
  'composed (NFC)': (text) => /[^\0-\x7f]/.test(text),
  'spaces around': (text) => / WEB-01 /.test(text) || text !== text.trim(),
  digits: (text) => /^\d+(?:@|$)/.test(text),
  'a name in JavaScript objects': (text) => /__proto__|constructor/.test(text),
  'a keyword of JSON': (text) => /\bnull\b/.test(text),
  quotes: (text) => /["\\'<&]/.test(text),
  plain: () => true,
} satisfies Record<string, (text: string) => boolean>;

const timeClasses = {
  0: (time) => time === 0,
  'before 1970': (time) => time < 0,
  'after 2100': (time) => time > 4_102_444_800_000,
  'with milliseconds': (time) => time % 1_000 !== 0,
  'whole seconds': () => true,
} satisfies Record<string, (time: number) => boolean>;

const numberClasses = {
  0: (number) => number === 0,
  'a fraction': (number) => !Number.isInteger(number),
  negative: (number) => number < 0,
  'beyond 31 bits': (number) => number >= 2 ** 31 - 1,
  small: () => true,
} satisfies Record<string, (number: number) => boolean>;

const countClasses = {
  none: (count) => count === 0,
  one: (count) => count === 1,
  'more than 100': (count) => count > 100,
  'five or more': (count) => count >= 5,
  few: () => true,
} satisfies Record<string, (count: number) => boolean>;

function classIn<Value>(classes: Readonly<Record<string, (value: Value) => boolean>>, value: Value): string {
  const found = Object.entries(classes).find(([, isIn]) => isIn(value));
  if (found === undefined) throw new Error('Every value is in the last class.');
  return found[0];
}

const TEXT = Object.keys(textClasses);
const CLOSURE = ['empty', 'digits', 'plain'];
const TIME = ['0', 'before 1970', 'after 2100', 'with milliseconds'];
const COUNT = ['none', 'one', 'five or more', 'more than 100'];

/** How a value of one type is classified, and the classes to be asked of every field of the type. */
interface Classes {
  readonly classOf: (value: unknown) => string;
  readonly wanted: readonly string[];
}

const strayNames: ReadonlyMap<string, string> = new Map(Array.from(strayTexts, ([name, text]) => [text, name]));

/** Cached, because the same few texts are asked many times. */
const classOfText = new Map<string, string>();
const MAX_KNOWN = 5_000;

const asText: Classes['classOf'] = (value) => {
  const text = String(value);
  const known = classOfText.get(text);
  if (known !== undefined) return known;
  // The part behind the `@` of a rollout id.
  const found = strayNames.get(text) ?? strayNames.get(text.slice(text.indexOf('@') + 1)) ?? classIn(textClasses, text);
  if (classOfText.size >= MAX_KNOWN) classOfText.clear();
  classOfText.set(text, found);
  return found;
};
const asTime: Classes['classOf'] = (value) => classIn(timeClasses, Number(value));
const asNumber: Classes['classOf'] = (value) => classIn(numberClasses, Number(value));
const asCount: Classes['classOf'] = (value) => classIn(countClasses, Object.keys(Object(value)).length);
const named = (names: readonly string[]): Classes => ({ classOf: String, wanted: names });

const classesByType: { readonly [Type in FieldType]: Classes } = {
  text: { classOf: asText, wanted: TEXT },
  closure: { classOf: asText, wanted: CLOSURE },
  rolloutId: { classOf: asText, wanted: TEXT.filter((name) => name !== 'empty') },
  time: { classOf: asTime, wanted: TIME },
  // An event's number is classified together with the previous one.
  seq: { classOf: asNumber, wanted: [] },
  count: { classOf: asNumber, wanted: [] },
  // Each has a meaning for some program.
  exitCode: {
    classOf: (value) => (exitCodes.some((code) => code === value) ? String(value) : asNumber(value)),
    wanted: exitCodes.map(String),
  },
  seconds: { classOf: asNumber, wanted: ['0', 'a fraction', 'small', 'beyond 31 bits'] },
  // States are covered by another dimension.
  hostState: { classOf: String, wanted: [] },
  rolloutState: { classOf: String, wanted: [] },
  probeMode: named(probeModes),
  probeStatus: named(probeStatuses),
  healthFailurePolicy: named(healthFailurePolicies),
  probeNames: { classOf: asCount, wanted: COUNT },
  probeDeclarations: { classOf: asCount, wanted: COUNT },
  probeSubResults: { classOf: asCount, wanted: COUNT },
  probeRecords: { classOf: asCount, wanted: COUNT },
};

/** The fields of an event of either side, without its number. */
function fieldsOf(type: HostEventType): FieldTable {
  const { local, fields, localFields } = eventTable[outboundTypeOf(type)];
  return type === local ? { ...fields, ...localFields } : fields;
}

/** One field of a question, and the class of its value. */
export interface FieldKind {
  readonly field: string;
  readonly kind: string;
}

const kindsOf = (prefix: string, fields: FieldTable, holder: object): readonly FieldKind[] =>
  Object.entries(holder).flatMap(([name, value]) => {
    const field = fields[name];
    if (field === undefined) return [];
    return [{ field: `${prefix}.${name}`, kind: value === null ? 'null' : classesByType[field.type].classOf(value) }];
  });

const wantedOf = (prefix: string, fields: FieldTable): readonly string[] =>
  Object.entries(fields).flatMap(([name, { type, nullable }]) => {
    const wanted = [...(nullable ? ['null'] : []), ...classesByType[type].wanted];
    return wanted.map((each) => `${prefix}.${name}: ${each}`);
  });

/** The class of a value of unknown type. */
export function classOfAny(value: unknown): string {
  if (typeof value === 'string') return asText(value);
  return typeof value === 'number' ? asNumber(value) : String(value);
}

/** How the event's number relates to the last one. */
function numberingOf(last: number, seq: number): string {
  if (seq <= last) return seq === last ? 'repeated' : 'older';
  if (seq === Number.MAX_SAFE_INTEGER) return 'the greatest';
  if (seq >= 2 ** 32) return 'beyond 32 bits';
  if (seq >= 2 ** 31) return 'beyond 31 bits';
  return seq === last + 1 ? 'the next' : 'a gap';
}

function soakOf(soakDueAt: number | null, at: number): string {
  if (soakDueAt === null) return 'no window';
  if (at === soakDueAt) return 'at its end';
  if (at > soakDueAt) return 'after its end';
  if (soakDueAt <= 0) return 'before its end, before 1970';
  return soakDueAt - at < 1_000 ? 'less than a second before its end' : 'before its end';
}

/** The class of each field of an event and its record. */
export const fieldKinds = (before: HostRolloutState, event: HostEvent): readonly FieldKind[] => [
  ...kindsOf('record', hostRecordFields, before),
  ...kindsOf(event.type, fieldsOf(event.type), event),
];

/** The kinds of values of an event and its record, as `field: class`. */
export const valueClasses = (before: HostRolloutState, event: HostEvent): readonly string[] => [
  ...fieldKinds(before, event).map(({ field, kind }) => `${field}: ${kind}`),
  ...relationClasses(before, event),
];

/** How the values of an event relate to the record's. */
export function relationClasses(before: HostRolloutState, event: HostEvent): readonly string[] {
  const seq = `seq: ${numberingOf(before.lastEventSeq, event.seq)}`;
  // If an event is refused before its values are checked, they show nothing.
  if (before.state !== 'Soaking' || event.seq <= before.lastEventSeq) return [seq];
  if ('status' in event) return [seq, ...storedResultOf(before.probes, event)];
  if (!('convergedAt' in event)) return [seq];
  return [
    seq,
    `soak: ${soakOf(before.soakDueAt, event.convergedAt)}`,
    `what runs: ${likenessOf(event.currentClosure, before.targetClosure)}`,
    ...holdingOf(before.probes).map((title) => `the probe that holds: ${title}`),
  ];
}

/** How the result of a probe relates to the stored one. */
function storedResultOf(
  probes: HostRolloutState['probes'],
  { probeName, mode, status, observedAt, failureReason }: Extract<HostEvent, { readonly status: ProbeStatus }>,
): readonly string[] {
  const stored = Object.hasOwn(probes, probeName) ? probes[probeName] : undefined;
  if (stored === undefined) {
    const confused = confusedTexts.filter(([text, other]) => other === probeName && Object.hasOwn(probes, text));
    return [`none, then ${status}`, ...confused.map(instead)].map((kind) => `the stored result: ${kind}`);
  }
  return [
    ...(status === 'fail' && failureReason === null && stored.failureReason !== null
      ? [`the stored result: ${REASON_GONE}`]
      : []),
    `the stored result: ${stored.mode}, then ${mode}`,
    `the stored result: ${stored.status}, then ${status}`,
    `the stored result: ${observedAt < stored.lastObservedAt ? 'newer' : 'older'} than this ${status}`,
  ];
}

const REASON_GONE = 'a reason, then a fail without one';
const instead = ([text, other]: readonly [string, string]): string =>
  `${JSON.stringify(other)} for ${JSON.stringify(text)}`;

const STORED_RESULT = [
  REASON_GONE,
  ...confusedTexts.map(instead),
  ...probeModes.flatMap((before) => probeModes.map((after) => `${before}, then ${after}`)),
  ...['none', ...probeStatuses].flatMap((before) => probeStatuses.map((after) => `${before}, then ${after}`)),
  ...['newer', 'older'].flatMap((age) => probeStatuses.map((after) => `${age} than this ${after}`)),
];

const SEQ = ['the next', 'a gap', 'beyond 31 bits', 'beyond 32 bits', 'the greatest', 'repeated', 'older'];
const SOAK = [
  'no window',
  'at its end',
  'after its end',
  'before its end',
  'before its end, before 1970',
  'less than a second before its end',
];

/** Comparisons that confuse different closures. */
const likenesses: Readonly<Record<string, (closure: string) => string>> = {
  'but for case': (closure) => closure.toLowerCase(),
  'but for spaces around': (closure) => closure.trim(),
  'but for the normal form': (closure) => closure.normalize('NFC'),
  'in the last part': (closure) => closure.slice(closure.lastIndexOf('/') + 1),
};

/** How the running closure resembles the target. They must be equal to converge. */
function likenessOf(closure: string, targetClosure: string): string {
  if (closure === targetClosure) return 'the target';
  const confused = confusedTexts.find(([text, other]) => text === targetClosure && other === closure);
  if (confused !== undefined) return instead(confused);
  if (closure === '') return 'empty';
  const found = Object.entries(likenesses).find(([, part]) => part(closure) === part(targetClosure));
  if (found !== undefined) return `like the target ${found[0]}`;
  if (targetClosure.startsWith(closure)) return 'the beginning of the target';
  if (targetClosure !== '' && closure.startsWith(targetClosure)) return 'longer than the target';
  return closure.slice(0, 32) === targetClosure.slice(0, 32) ? 'the target in its first 32 characters' : 'another';
}

const LIKENESS = [
  'the target',
  'empty',
  ...confusedTexts.map(instead),
  ...Object.keys(likenesses).map((name) => `like the target ${name}`),
  'the beginning of the target',
  'longer than the target',
  'the target in its first 32 characters',
  'another',
];

/** Special kinds of probes that block convergence and may be overlooked. */
const holdingClasses: Readonly<Record<string, (probe: ProbeRecord, name: string) => boolean>> = {
  'passed before': ({ lastPassAt }) => lastPassAt !== null,
  'without a reason': ({ failureReason }) => failureReason === null,
  'with an empty reason': ({ failureReason }) => failureReason === '',
  'with an empty name': (_, name) => name === '',
  'with a number for a name': (_, name) => /^\d+$/.test(name),
  'with a name in JavaScript objects': (_, name) => /__proto__|constructor/.test(name),
  any: () => true,
};

function holdingOf(probes: HostRolloutState['probes']): readonly string[] {
  const holding = Object.entries(probes).filter(([, { mode, status }]) => mode === 'enforce' && status === 'fail');
  const few = holding.length === 1 ? holding : [];
  const special = few.flatMap(([name, probe]) =>
    Object.entries(holdingClasses).flatMap(([title, isIn]) => (isIn(probe, name) ? [title] : [])),
  );
  const position =
    holding.length === 1
      ? Object.values(probes).findIndex(({ mode, status }) => mode === 'enforce' && status === 'fail')
      : -1;
  if (position === -1) return special;
  const where = position === 0 ? 'first' : position === Object.keys(probes).length - 1 ? 'last' : 'in between';
  return [...special, where];
}

const HOLDING = [...Object.keys(holdingClasses), 'first', 'last', 'in between'];

/** Every class to ask of these events and their records. */
export function wantedValueClasses(types: readonly HostEventType[]): readonly string[] {
  return [
    ...wantedOf('record', hostRecordFields),
    ...types.flatMap((type) => wantedOf(type, fieldsOf(type))),
    ...SEQ.map((name) => `seq: ${name}`),
    ...(types.some((type) => outboundTypeOf(type) === 'ProbeResult')
      ? STORED_RESULT.map((name) => `the stored result: ${name}`)
      : []),
    ...SOAK.map((name) => `soak: ${name}`),
    ...LIKENESS.map((name) => `what runs: ${name}`),
    ...HOLDING.map((name) => `the probe that holds: ${name}`),
  ];
}
