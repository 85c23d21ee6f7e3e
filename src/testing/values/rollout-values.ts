import { hostStates } from '../../machine/index.ts';
import {
  rolloutEventTypes,
  rolloutMachine,
  type RolloutEvent,
  type RolloutEventType,
  type RolloutInput,
  type RolloutRecord,
  type RolloutState,
} from '../../rollout/index.ts';
import { allPairs, each, eachValue, fieldsIn, later, valuesIn, type ValueChoice, type Choices } from './choices.ts';
import { longRolloutIds, longTexts, oddRolloutIds, oddTexts, oddTimes, oddTimesOrNull } from './odd-values.ts';

/** A question about the rollout machine. */
export interface RolloutQuestion {
  readonly record: RolloutRecord;
  readonly event: RolloutEvent;
  readonly now: number;
}

const texts = each(oddTexts);
const fewTexts = each(oddTexts.slice(0, 9));
const logPositions = each([null, 0, 41, Number.MAX_SAFE_INTEGER]);
const waves = each([0, 1, 2, 9, 10, 99, 255, 65_536, 2 ** 31 - 3]);

const input: Choices = {
  rolloutId: each(oddRolloutIds),
  channel: texts,
  targetRef: texts,
  openedAt: each(oddTimes),
};

const record: Choices = {
  'record.rolloutId': each(oddRolloutIds.slice(0, 9)),
  'record.channel': fewTexts,
  'record.targetRef': fewTexts,
  'record.currentWave': waves,
  'record.openedEventLogSeq': logPositions,
  'record.lastTransitionEventLogSeq': logPositions,
  'record.openedAt': each(oddTimes),
  'record.terminalAt': each(oddTimesOrNull),
  'record.supersededAt': each(oddTimesOrNull),
};

const ofRecord = (name: string): ValueChoice => ({ from: (other) => other(`record.${name}`) });
const ids = [ofRecord('rolloutId'), ...each(['edge@0000000', '__proto__@x'])];

/** From and to, for a cursor: to the next wave and beyond, to this one, to an earlier one, back. */
const advances: readonly ((cursor: number) => readonly [number, number])[] = [
  (cursor) => [cursor, cursor + 1],
  (cursor) => [Math.max(0, cursor - 1), cursor],
  (cursor) => [cursor, cursor],
  (cursor) => [0, cursor],
  () => [0, 0],
  () => [0, 1],
  () => [9, 10],
  () => [10, 9],
  () => [2, 100],
  (cursor) => [cursor, Math.max(0, cursor - 1)],
  (cursor) => [cursor + 1, 2 ** 31 - 1],
];
const advance = advances.map((pairOf): ValueChoice => ({
  from: (other) => pairOf(Number(other('record.currentWave'))),
}));

/** The fields of each event, without its time. A forgotten event fails to compile. */
const eventChoices: { readonly [Type in RolloutEventType]: Choices } = {
  RolloutOpened: { 'event.rolloutId': ids, 'event.channel': fewTexts, 'event.targetRef': fewTexts },
  HostJoined: { 'event.rolloutId': ids, 'event.hostId': texts, 'event.wave': waves },
  HostStateChanged: {
    'event.rolloutId': ids,
    'event.hostId': texts,
    'event.from': each(hostStates),
    'event.to': each(hostStates),
  },
  WaveAdvanced: { 'event.rolloutId': ids, advance },
  RolloutTerminal: { 'event.rolloutId': ids },
  SuccessorOpened: { 'event.supersededRolloutId': ids, 'event.successorRolloutId': each(oddRolloutIds) },
  RetentionExpired: { 'event.rolloutId': ids },
  OperatorClearance: { 'event.rolloutId': ids, 'event.operator': texts, 'event.reason': texts },
};

// Safe: the chart has exactly the states of `RolloutState`, which XState types as strings.
const states = Object.keys(rolloutMachine.states) as RolloutState[];

/** Whether the chart has a row for the event in this state. */
const isLegal = (state: RolloutState, type: RolloutEventType): boolean =>
  rolloutMachine.states[state]?.transitions.get(type) !== undefined;

/** Starts with every pair of odd names and times. */
export function* rolloutInputs(): Generator<RolloutInput> {
  for (const row of allPairs(input)) {
    // Safe: the choices have values of the right type under each name.
    yield fieldsIn(input, valuesIn(input, row), '') as RolloutInput;
  }
}

/** All pairs of values for every legal cell, each value for every other cell, and very long texts. */
export function* rolloutQuestions(): Generator<RolloutQuestion> {
  for (const state of states) {
    for (const type of rolloutEventTypes) {
      const choices: Choices = {
        at: each(oddTimes),
        now: [later(17), later(0), later(-3_600_000), ...each([0, -1])],
        ...record,
        ...eventChoices[type],
      };
      for (const row of isLegal(state, type) ? allPairs(choices) : eachValue(choices)) {
        yield questionOf(state, type, choices, row);
      }
      const long = { ...choices, 'record.rolloutId': each(longRolloutIds), 'record.channel': each(longTexts) };
      for (const row of isLegal(state, type) ? eachValue(long, 2) : []) yield questionOf(state, type, long, row);
    }
  }
}

function questionOf(state: RolloutState, type: RolloutEventType, choices: Choices, row: readonly number[]) {
  const values = valuesIn(choices, row);
  // The choices hold values of the right type under each name.
  const fields = fieldsIn(choices, values, 'record.') as Omit<RolloutRecord, 'state'>;
  const { rolloutId, channel, targetRef, ...rest } = fields;
  // Safe: a pair of waves.
  const advanced = 'advance' in choices ? (values('advance') as readonly [number, number]) : null;
  const moved = advanced === null ? {} : { fromWave: advanced[0], toWave: advanced[1] };
  // Safe: together, these are the fields of an event of this type.
  const event = { type, ...fieldsIn(choices, values, 'event.'), ...moved, at: values('at') } as unknown as RolloutEvent;
  const now = Number(values('now'));
  return { record: { rolloutId, channel, targetRef, state, ...rest }, event, now };
}
