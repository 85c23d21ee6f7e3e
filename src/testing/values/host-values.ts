import type { HostEvent, OutboundEvent, OutboundEventType, RolloutPolicy, Time } from '../../machine/events.ts';
import type { HostRolloutState } from '../../machine/record.ts';
import { step } from '../../machine/step.ts';
import { chartCells, type ChartCell } from '../chart-cells.ts';
import { outboundTypeOf, toHostEvent, toLocalEvent } from '../../machine/index.ts';
import { pathName } from '../path-name.ts';
import type { Side } from '../side.ts';
import type { TestPath } from '../test-path.ts';
import {
  declarations,
  durationsSecs,
  exitCodes,
  FAR_AHEAD,
  failingProbeLists,
  holdingProbes,
  longRolloutIds,
  longTexts,
  oddRolloutIds,
  oddTexts,
  oddTimes,
  oddTimesOrNull,
  passingProbes,
  probeModes,
  risingSeqs,
  staleSeqs,
  subResultLists,
} from './odd-values.ts';
import { allPairs, each, eachValue, fieldsIn, later, valuesIn, type Choice, type Choices } from './choices.ts';
import type { Row } from './pairwise.ts';

const target: Choice = { from: (other) => other('record.targetClosure') };

const texts = each(oddTexts);
const fewTexts = each(oddTexts.slice(0, 8));
const closures = [target, ...fewTexts];
const policies = ['halt', 'rollback-and-halt'] as const;

/** A window that is over for the event, to the millisecond; and none. */
const soakIsOver = [later(0), later(-1), later(-3_600_000), ...each([null])];

const NOW = [later(17), later(0), later(-3_600_000), ...each([0, -1, FAR_AHEAD])];

/** The fields of the record. Its state is the cell's. */
const recordChoices: Choices = {
  'record.hostname': texts,
  'record.rolloutId': each(oddRolloutIds),
  'record.channel': texts,
  'record.targetClosure': texts,
  'record.currentClosureAtDispatch': [...each([null, '']), target, ...each(['/nix/store/before', '10'])],
  'record.currentClosure': [...each([null, '']), target, ...each(['/nix/store/current'])],
  'record.revertedTo': each([null, '', '/nix/store/reverted']),
  'record.dispatchedAt': each(oddTimes),
  'record.dispatchAckedAt': each(oddTimesOrNull),
  'record.activationStartedAt': each(oddTimesOrNull),
  'record.activationCompletedAt': each(oddTimesOrNull),
  'record.activationFailedAt': each(oddTimesOrNull),
  'record.probeObservedFirstAt': each(oddTimesOrNull),
  'record.probeFailureFirstAt': each(oddTimesOrNull),
  'record.soakDueAt': [...soakIsOver, later(1), ...each([0, -1, FAR_AHEAD])],
  'record.convergedAt': each(oddTimesOrNull),
  'record.failedAt': each(oddTimesOrNull),
  'record.policyApplied': each([null, ...policies]),
  'record.revertedAt': each(oddTimesOrNull),
  'record.probes': each([...passingProbes, ...holdingProbes]),
};

const exit = { exitCode: each(exitCodes) };
const probeName = each([...oddTexts, 'http-health', 'probe-3']);
const mode = each(probeModes);

/** The fields of each event beside its time. The type makes a forgotten event fail to compile. */
const eventChoices: { readonly [Type in OutboundEventType]: Choices } = {
  DispatchAck: { currentClosureAtDispatch: closures },
  ActivationStarted: { switchMethod: texts },
  ActivationCompleted: { observedCurrentClosure: closures, ...exit },
  ActivationDeferred: { component: each(['dbus', ...oddTexts]) },
  ActivationFailed: { ...exit, stderrTail: texts },
  ProbeTopologyDeclared: { probes: each(declarations) },
  ProbeObservedFirst: { probeName, mode },
  ProbeResult: {
    probeName,
    mode,
    status: each(['pass', 'fail']),
    failureReason: each([null, ...oddTexts.slice(1)]),
    subResults: each(subResultLists),
  },
  ProbeFailureFirst: { probeName, mode },
  Failed: {
    sustainedDurationSecs: each(durationsSecs),
    failingProbes: each(failingProbeLists),
    policyApplied: each(policies),
  },
  RollbackComplete: { revertedToClosure: closures, ...exit },
  Converged: { currentClosure: closures },
};

/** The name of each event's own time. */
const timeFields: { readonly [Type in OutboundEventType]: string } = {
  DispatchAck: 'receivedAt',
  ActivationStarted: 'startedAt',
  ActivationCompleted: 'completedAt',
  ActivationDeferred: 'deferredAt',
  ActivationFailed: 'failedAt',
  ProbeTopologyDeclared: 'declaredAt',
  ProbeObservedFirst: 'observedAt',
  ProbeResult: 'observedAt',
  ProbeFailureFirst: 'firstFailedAt',
  Failed: 'failedAt',
  RollbackComplete: 'completedAt',
  Converged: 'convergedAt',
};

/** Only the agent's own event has these, and what was dispatched may differ from the record. */
const localChoices: Choices = {
  'local.targetClosure': [target, ...each(['', '/nix/store/other'])],
  'local.soakDueAt': [later(3_600_000), ...each([null, 0, -1])],
};

const eventChoicesOf = (type: OutboundEventType): Choices =>
  Object.fromEntries(Object.entries(eventChoices[type]).map(([name, choices]) => [`event.${name}`, choices]));

function choicesOf({ event }: ChartCell, overrides: Choices): Choices {
  const type = outboundTypeOf(event);
  return {
    policy: each(policies),
    now: NOW,
    at: each(oddTimes),
    seqs: each(risingSeqs),
    ...recordChoices,
    ...eventChoicesOf(type),
    ...(event === 'LocalActivate' ? localChoices : {}),
    ...overrides,
  };
}

interface Question {
  readonly record: HostRolloutState;
  readonly event: HostEvent;
  readonly now: Time;
  readonly policy: RolloutPolicy;
}

/** The question that a row stands for. */
function questionOf(cell: ChartCell, choices: Choices, row: Row): Question {
  const values = valuesIn(choices, row);
  // The choices hold values of the right type under each name; a test holds the questions to the schemas of events and
  // records.
  const [lastEventSeq, seq] = values('seqs') as readonly [number, number];
  const { hostname, rolloutId, channel, ...rest } = fieldsIn(choices, values, 'record.') as HostRolloutState;
  const record: HostRolloutState = { rolloutId, hostname, channel, ...rest, state: cell.state, lastEventSeq };
  const type = outboundTypeOf(cell.event);
  const carried = { ...fieldsIn(choices, values, 'event.'), [timeFields[type]]: values('at') };
  const outbound = { type, ...carried, seq } as unknown as OutboundEvent;
  const event =
    cell.side === 'control-plane'
      ? toHostEvent(outbound)
      : ({ ...toLocalEvent(outbound, record), ...fieldsIn(choices, values, 'local.') } as HostEvent);
  return {
    record,
    event,
    now: values('now') as Time,
    policy: { onHealthFailure: values('policy') as RolloutPolicy['onHealthFailure'] },
  };
}

/** The closure, the window and the probes with which a host may converge. */
const converging: Choices = {
  'record.soakDueAt': soakIsOver,
  'record.probes': each(passingProbes),
  'event.currentClosure': [target],
};

const long: Choices = {
  'record.hostname': each(longTexts),
  'record.rolloutId': each(longRolloutIds),
  'record.channel': each(longTexts),
  'record.targetClosure': each(longTexts),
};

const longInEvent = ({ event }: ChartCell): Choices =>
  Object.fromEntries(
    Object.entries(eventChoicesOf(outboundTypeOf(event)))
      .filter(([, choices]) => choices.some((choice) => 'value' in choice && choice.value === ''))
      .map(([name]) => [name, name === 'event.currentClosure' ? [target] : each(longTexts)]),
  );

/** The questions about one cell. */
function* questionsAbout(cell: ChartCell): Generator<Question> {
  const ask = function* (overrides: Choices, rows: (choices: Choices) => readonly Row[]): Generator<Question> {
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
  }
  yield* ask({}, allPairs);
  yield* ask({ ...long, ...longInEvent(cell) }, (choices) => eachValue(choices, 2));
  yield* ask(stale, (choices) => eachValue(choices, staleSeqs.length));
}

/**
 * One path for each question, from a record that no life leads to. Of every legal cell all pairs of values, of every
 * illegal one each value: those of one side, under one policy.
 */
export function valuePaths(side: Side, policy: RolloutPolicy): readonly TestPath[] {
  const paths: TestPath[] = [];
  for (const cell of chartCells.filter((each_) => each_.side === side)) {
    for (const question of questionsAbout(cell)) {
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
