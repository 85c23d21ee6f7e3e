import type { HostEvent } from '../../machine/events.ts';
import type { HostRolloutState } from '../../machine/record.ts';

// Kinds of values that programs handle differently. Whatever is asked falls into one class for each of its fields.

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
  'five or more': (count) => count >= 5,
  few: () => true,
} satisfies Record<string, (count: number) => boolean>;

function classIn<Value>(classes: Readonly<Record<string, (value: Value) => boolean>>, value: Value): string {
  const found = Object.entries(classes).find(([, isIn]) => isIn(value));
  if (found === undefined) throw new Error('Every value is in the last class.');
  return found[0];
}

/** Fields whose values are names of the specification: each is a class of its own. */
const ENUMERATED: ReadonlySet<string> = new Set(['state', 'mode', 'status', 'policyApplied']);

function classOf(field: string, value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return ENUMERATED.has(field) ? value : classIn(textClasses, value);
  if (typeof value === 'number') return classIn(field.endsWith('At') ? timeClasses : numberClasses, value);
  return classIn(countClasses, Object.keys(value ?? {}).length);
}

/** How the number of the event lies to the one before. */
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
  return at < soakDueAt ? 'before its end' : 'after its end';
}

/** Which kinds of values an event and the record that it meets have, as `field: class`. */
export function valueClasses(before: HostRolloutState, event: HostEvent): readonly string[] {
  const { lastEventSeq, ...record } = before;
  const { type, seq, ...carried } = event;
  return [
    ...Object.entries(record).map(([field, value]) => `record.${field}: ${classOf(field, value)}`),
    ...Object.entries(carried).map(([field, value]) => `${type}.${field}: ${classOf(field, value)}`),
    `seq: ${numberingOf(lastEventSeq, seq)}`,
    ...('convergedAt' in event ? [`soak: ${soakOf(before.soakDueAt, event.convergedAt)}`] : []),
  ];
}

const TEXT = Object.keys(textClasses);
const CLOSURE = ['empty', 'digits', 'composed (NFC)', 'decomposed (NFD)', 'a name in JavaScript objects', 'plain'];
const TIME = ['0', 'before 1970', 'after 2100', 'with milliseconds'];
const COUNT = ['none', 'one', 'five or more'];
const POLICY = ['halt', 'rollback-and-halt'];
const MODE = ['enforce', 'observe', 'disabled'];
const TIME_OR_NULL = ['null', ...TIME];

/** The classes that the values of each field are to have been in, by field. */
const wantedInRecord: Readonly<Record<keyof Omit<HostRolloutState, 'state' | 'lastEventSeq'>, readonly string[]>> = {
  rolloutId: TEXT.filter((name) => name !== 'empty' && name !== 'digits'),
  hostname: TEXT,
  channel: TEXT,
  targetClosure: TEXT,
  currentClosureAtDispatch: ['null', 'empty', 'plain', 'digits'],
  currentClosure: ['null', 'empty', 'plain'],
  revertedTo: ['null', 'empty', 'plain'],
  dispatchedAt: TIME,
  dispatchAckedAt: TIME_OR_NULL,
  activationStartedAt: TIME_OR_NULL,
  activationCompletedAt: TIME_OR_NULL,
  activationFailedAt: TIME_OR_NULL,
  probeObservedFirstAt: TIME_OR_NULL,
  probeFailureFirstAt: TIME_OR_NULL,
  soakDueAt: TIME_OR_NULL,
  convergedAt: TIME_OR_NULL,
  failedAt: TIME_OR_NULL,
  policyApplied: ['null', ...POLICY],
  revertedAt: TIME_OR_NULL,
  probes: COUNT,
};

type EventFields<Event> = Event extends HostEvent ? Exclude<keyof Event, 'type' | 'seq'> : never;

const wantedInEvent: Readonly<Record<EventFields<HostEvent>, readonly string[]>> = {
  currentClosureAtDispatch: CLOSURE,
  receivedAt: TIME,
  targetClosure: ['empty', 'plain'],
  soakDueAt: ['null', '0', 'before 1970'],
  startedAt: TIME,
  switchMethod: TEXT,
  observedCurrentClosure: CLOSURE,
  exitCode: ['0', 'negative', 'small', 'beyond 31 bits'],
  completedAt: TIME,
  component: TEXT,
  deferredAt: TIME,
  stderrTail: TEXT,
  failedAt: TIME,
  probes: COUNT,
  declaredAt: TIME,
  probeName: TEXT,
  mode: MODE,
  observedAt: TIME,
  status: ['pass', 'fail'],
  failureReason: ['null', ...TEXT.filter((name) => name !== 'plain')],
  subResults: ['null', ...COUNT],
  firstFailedAt: TIME,
  sustainedDurationSecs: ['0', 'a fraction', 'small', 'beyond 31 bits'],
  failingProbes: COUNT,
  policyApplied: POLICY,
  revertedToClosure: CLOSURE,
  convergedAt: TIME,
  currentClosure: CLOSURE,
};

const SEQ = ['the next', 'a gap', 'beyond 31 bits', 'beyond 32 bits', 'the greatest', 'repeated', 'older'];
const SOAK = ['no window', 'at its end', 'after its end', 'before its end'];

/** Every class that is to be asked, given one event of each type that is in question. */
export function wantedValueClasses(events: readonly HostEvent[]): readonly string[] {
  const ofRecord = Object.entries(wantedInRecord).flatMap(([field, classes]) =>
    classes.map((name) => `record.${field}: ${name}`),
  );
  const ofEvents = events.flatMap(({ type, seq: _, ...carried }) =>
    // The keys of an event without its type and number are names of fields.
    (Object.keys(carried) as (keyof typeof wantedInEvent)[]).flatMap((field) =>
      wantedInEvent[field].map((name) => `${type}.${field}: ${name}`),
    ),
  );
  return [...ofRecord, ...ofEvents, ...SEQ.map((name) => `seq: ${name}`), ...SOAK.map((name) => `soak: ${name}`)];
}
