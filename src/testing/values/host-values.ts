import {
  eventTable,
  healthFailurePolicies,
  hostRecordFields,
  hostStates,
  outboundTypeOf,
  probeModes,
  probeStatuses,
  step,
  toHostEvent,
  toLocalEvent,
  type FieldTable,
  type FieldType,
  type HostEvent,
  type HostRolloutState,
  type OutboundEvent,
  type OutboundEventType,
  type RolloutPolicy,
  type Time,
} from '../../machine/index.ts';
import { chartCells, type ChartCell } from '../chart-cells.ts';
import { pathName } from '../path-name.ts';
import type { Side } from '../side.ts';
import type { TestPath } from '../test-path.ts';
import {
  allPairs,
  each,
  eachOfTwo,
  eachValue,
  fieldsIn,
  later,
  valuesIn,
  type ValueChoice,
  type Choices,
} from './choices.ts';
import {
  confusedProbes,
  confusedTexts,
  declarations,
  durationsSecs,
  exitCodes,
  failingProbeLists,
  FAR_AHEAD,
  holdingProbes,
  longRolloutIds,
  longestTexts,
  longTexts,
  manyDeclarations,
  manyNames,
  manyProbes,
  manySubResults,
  oddRolloutIds,
  oddTexts,
  oddTimes,
  oddTimesOrNull,
  passingProbes,
  risingSeqs,
  staleSeqs,
  storedProbe,
  strayLists,
  strayTexts,
  subResultLists,
} from './odd-values.ts';
import type { Row } from './pairwise.ts';

const target: ValueChoice = { from: (other) => other('record.targetClosure') };

const texts = each(oddTexts);
const closures = [target, ...each(oddTexts.slice(0, 8))];

/** The values of a field of each type. The second list is for nullable fields. */
const choicesByType: {
  readonly [Type in FieldType]: readonly [always: readonly ValueChoice[], nullable: readonly ValueChoice[]];
} = {
  text: [texts, each([null, ...oddTexts.slice(1)])],
  closure: [closures, [...each([null, '']), target, ...each(['/nix/store/another', '10'])]],
  rolloutId: [each(oddRolloutIds), []],
  time: [each(oddTimes), each(oddTimesOrNull)],
  seq: [[], []],
  count: [[], []],
  exitCode: [each(exitCodes), []],
  seconds: [each(durationsSecs), []],
  hostState: [each(hostStates), []],
  rolloutState: [[], []],
  probeMode: [each(probeModes), []],
  probeStatus: [each(probeStatuses), []],
  healthFailurePolicy: [each(healthFailurePolicies), each([null, ...healthFailurePolicies])],
  probeNames: [each(failingProbeLists), []],
  probeDeclarations: [each(declarations), []],
  probeSubResults: [[], each(subResultLists)],
  probeRecords: [each([...passingProbes, ...holdingProbes]), []],
};

function choicesFor(fields: FieldTable, prefix: string, except: readonly string[]): Choices {
  const entries = Object.entries(fields).flatMap(([name, { type, nullable }]) => {
    const choices = choicesByType[type][nullable ? 1 : 0];
    if (except.includes(name)) return [];
    if (choices.length === 0) throw new Error(`There is no odd value for ${name}, of type ${type}.`);
    return [[`${prefix}${name}`, choices] as const];
  });
  return Object.fromEntries(entries);
}

/** A window that ends in the very millisecond of the event, and none. */
const soakIsOver = [later(0), later(-1), later(-3_600_000), ...each([null])];

const NOW = [later(17), later(0), later(-3_600_000), ...each([0, -1, FAR_AHEAD])];

/** The fields of the record, except for its state, which is the cell's, and its number, which goes with the event's. */
const recordChoices: Choices = {
  ...choicesFor(hostRecordFields, 'record.', ['state', 'lastEventSeq']),
  'record.targetClosure': texts,
  'record.soakDueAt': [...soakIsOver, later(1), ...each([0, -1, FAR_AHEAD])],
};

/** The fields of the event, without its time. */
const eventChoices = (type: OutboundEventType): Choices =>
  choicesFor(eventTable[type].fields, 'event.', [eventTable[type].occurredAt]);

function choicesOf({ event, side }: ChartCell, overrides: Choices): Choices {
  const type = outboundTypeOf(event);
  return {
    policy: each(healthFailurePolicies),
    now: NOW,
    at: each(oddTimes),
    seqs: each(risingSeqs),
    ...recordChoices,
    ...eventChoices(type),
    ...(side === 'agent' ? choicesFor(eventTable[type].localFields, 'local.', []) : {}),
    ...overrides,
  };
}

/** One event on one record. */
export interface HostQuestion {
  readonly record: HostRolloutState;
  readonly event: HostEvent;
  readonly now: Time;
  readonly policy: RolloutPolicy;
}

function questionOf(cell: ChartCell, choices: Choices, row: Row): HostQuestion {
  const values = valuesIn(choices, row);
  // Safe: the choices have values of the right type under each name, and a test checks the questions against the
  // schemas.
  const [lastEventSeq, seq] = values('seqs') as readonly [number, number];
  const { hostname, rolloutId, channel, ...rest } = fieldsIn(choices, values, 'record.') as HostRolloutState;
  const record: HostRolloutState = { rolloutId, hostname, channel, ...rest, state: cell.state, lastEventSeq };
  const type = outboundTypeOf(cell.event);
  const carried = { ...fieldsIn(choices, values, 'event.'), [eventTable[type].occurredAt]: values('at') };
  const outbound = { type, ...carried, seq } as unknown as OutboundEvent;
  const local = { ...toLocalEvent(outbound, record), ...fieldsIn(choices, values, 'local.') };
  // A complete event has the fields of a dispatch instead of the record's.
  const event = cell.side === 'control-plane' ? toHostEvent(outbound) : (local as HostEvent);
  // Safe, as above.
  const now = values('now') as Time;
  // Safe, as above.
  const onHealthFailure = values('policy') as RolloutPolicy['onHealthFailure'];
  return { record, event, now, policy: { onHealthFailure } };
}

/** A closure, window and probes with which a host may converge. */
const converging: Choices = {
  'record.soakDueAt': soakIsOver,
  'record.probes': each(passingProbes),
  'event.currentClosure': [target],
};

/** Closures that differ slightly from this target: in case, spaces, a prefix, a suffix, the normal form, the folder. */
const NEAR_TARGET = ' /Nix/store/caf\u00e9-a1b2c3d4e5f6g7h8i9j0k1l2m3n4-system-web-01 ';
const nearClosures: readonly ((closure: string) => string)[] = [
  (closure) => closure.toLowerCase(),
  (closure) => closure.toUpperCase(),
  (closure) => closure.trim(),
  (closure) => `${closure} `,
  (closure) => closure.slice(0, -2),
  (closure) => `${closure}-1`,
  (closure) => `${closure.slice(0, 36)}another`,
  (closure) => closure.normalize('NFD'),
  (closure) => `/mnt${closure}`,
  (closure) => closure.split('/').at(-1) ?? '',
  (closure) => closure.slice(1),
  () => '',
];

const nearTarget: Choices = {
  'record.targetClosure': each([NEAR_TARGET]),
  'event.currentClosure': nearClosures.map((near): ValueChoice => ({
    from: (other) => near(String(other('record.targetClosure'))),
  })),
};

/** A window that is not over: by a moment, within the same second, or by far. */
const soakIsNotOver: Choices = { 'record.soakDueAt': [later(1), later(400), later(999), later(9_000_000_000)] };

const strays = Array.from(strayTexts.values());
const strayIds = strays.map((text) => `${text.replaceAll('@', '-')}@${text}`);

/** Replaces every text of the choices with one that some program misreads. */
function strayChoices(choices: Choices): Choices {
  const entries = Object.entries(choices).map(([name, known]) => {
    if (name === 'record.rolloutId') return [name, each(strayIds)] as const;
    const lists = strayLists[name];
    if (lists !== undefined) return [name, each(lists)] as const;
    return [name, holdsTexts(known) ? each(strays) : known] as const;
  });
  return Object.fromEntries(entries);
}

const holdsTexts = (choices: readonly ValueChoice[]): boolean =>
  choices.some((choice) => 'value' in choice && choice.value === 'constructor');

const long: Choices = {
  'record.probes': each(manyProbes),
  'record.hostname': each(longTexts),
  'record.rolloutId': each(longRolloutIds),
  'record.channel': each(longTexts),
  'record.targetClosure': each(longTexts),
};

const manyOf: Choices = {
  'event.subResults': each(manySubResults),
  'event.failingProbes': each(manyNames),
  'event.probes': each(manyDeclarations),
};

const longInEvent = ({ event }: ChartCell): Choices =>
  Object.fromEntries(
    Object.entries(eventChoices(outboundTypeOf(event)))
      .filter(([, choices]) => choices.some((choice) => 'value' in choice && choice.value === ''))
      .map(([name]) => [name, name === 'event.currentClosure' ? [target] : each(longestTexts)]),
  );

const manyInEvent = (event: Choices): Choices =>
  Object.fromEntries(Object.entries(manyOf).filter(([name]) => Object.hasOwn(event, name)));

function* askStray(cell: ChartCell): Generator<HostQuestion> {
  const isConverging = outboundTypeOf(cell.event) === 'Converged';
  const plain = choicesOf(cell, isConverging ? converging : {});
  const choices = strayChoices(plain);
  // A closure that must be the target remains the target.
  const asked = isConverging ? { ...choices, 'event.currentClosure': [target] } : choices;
  for (const row of eachValue(asked, strays.length)) yield questionOf(cell, asked, row);
  // The same text everywhere: it may be misread as a number or keyword in only one place.
  const last = Object.fromEntries(Object.entries(asked).map(([name, known]) => [name, known.slice(-1)]));
  for (const row of eachValue(last, 1)) yield questionOf(cell, last, row);
}

/** The questions about one cell. */
export function* hostQuestions(cell: ChartCell): Generator<HostQuestion> {
  const ask = function* (overrides: Choices, rows: (choices: Choices) => readonly Row[]): Generator<HostQuestion> {
    const choices = choicesOf(cell, overrides);
    for (const row of rows(choices)) yield questionOf(cell, choices, row);
  };
  const stale: Choices = { seqs: each(staleSeqs) };
  if (cell.target === null) {
    yield* ask({}, (choices) => eachValue(choices));
    yield* ask(stale, (choices) => eachValue(choices, 4));
    return;
  }
  if (outboundTypeOf(cell.event) === 'Converged') {
    yield* ask(converging, allPairs);
    yield* ask({ ...converging, ...long }, (choices) => eachValue(choices, 2));
    yield* ask({ ...converging, ...nearTarget }, (choices) => eachOfTwo(choices, 'policy', 'event.currentClosure'));
    for (const [text, other] of confusedTexts) {
      const pair: Choices = { 'record.targetClosure': each([text]), 'event.currentClosure': each([other]) };
      yield* ask({ ...converging, ...pair }, (choices) => eachOfTwo(choices, 'policy', 'event.currentClosure'));
    }
    yield* ask({ ...converging, ...soakIsNotOver }, (choices) => eachOfTwo(choices, 'at', 'record.soakDueAt'));
    yield* ask({ ...converging, 'record.probes': each(holdingProbes) }, (choices) =>
      eachOfTwo(choices, 'policy', 'record.probes'),
    );
  }
  if (outboundTypeOf(cell.event) === 'ProbeResult') {
    const stored: Choices = { 'event.probeName': each([storedProbe.name]), 'record.probes': each(storedProbe.records) };
    const others = Array.from(new Set(confusedTexts.map(([, other]) => other)));
    const confused: Choices = { 'event.probeName': each(others), 'record.probes': each([confusedProbes]) };
    yield* ask(confused, (choices) => eachOfTwo(choices, 'policy', 'event.probeName'));
    for (const status of probeStatuses) {
      yield* ask({ ...stored, 'event.status': each([status]) }, (choices) =>
        eachOfTwo(choices, 'record.probes', 'event.mode'),
      );
    }
    const reasonGone: Choices = { ...stored, 'event.status': each(['fail']), 'event.failureReason': each([null]) };
    yield* ask(reasonGone, (choices) => eachOfTwo(choices, 'policy', 'record.probes'));
  }
  yield* ask({}, allPairs);
  const many = manyInEvent(eventChoices(outboundTypeOf(cell.event)));
  yield* ask({ ...long, ...longInEvent(cell), ...many }, (choices) => eachValue(choices, longestTexts.length));
  yield* askStray(cell);
  yield* ask(stale, (choices) => eachValue(choices, staleSeqs.length));
}

/**
 * One path per question, from a record that no path leads to: for every legal cell all pairs of values, for every
 * illegal one each value. For one side, under one policy.
 */
export function valuePaths(side: Side, policy: RolloutPolicy): readonly TestPath[] {
  const paths: TestPath[] = [];
  for (const cell of chartCells.filter((each_) => each_.side === side)) {
    for (const question of hostQuestions(cell)) {
      if (question.policy.onHealthFailure !== policy.onHealthFailure) continue;
      const { record, event, now } = question;
      const steps = [{ event, now, note: null, expected: step(record, event, now, policy) }];
      const name = pathName({
        criterion: 'values',
        number: paths.length + 1,
        side,
        policy,
        start: record,
        steps,
        about: 'odd values',
      });
      paths.push({ name, side, policy, start: record, steps });
    }
  }
  return paths;
}
