import { sides } from '../side.ts';
import type { MachineName } from '../engine.ts';
import { allCriteria, generateSuite, suitePolicies, shortfallsOf, type SuiteOptions } from '../suite.ts';
import type { Exercise } from './exercise.ts';
import { pathExercises, recordExercises, loneExercise } from './host-exercises.ts';
import { memoryExercises, rolloutMemoryExercises } from './memory-exercises.ts';
import { rolloutMachine, type RolloutState } from '../../rollout/index.ts';
import { crowdedRollout, everyRolloutEvent, sampleRollout } from '../rollout-samples.ts';
import { hostStates, type PendingHost } from '../../machine/index.ts';
import { crowdedHost } from '../sample-host.ts';
import { allPairs, each, eachValue, fieldsIn, later, valuesIn, type Choices } from '../values/choices.ts';
import { longestTexts, longRolloutIds, oddRolloutIds, oddTexts, oddTimes, strayTexts } from '../values/odd-values.ts';
import { rolloutInputs, rolloutQuestions } from '../values/rollout-values.ts';

const texts = each(oddTexts);

const dispatched: Choices = {
  rolloutId: each(oddRolloutIds),
  hostname: texts,
  channel: texts,
  targetClosure: texts,
  at: each(oddTimes),
  soakDueAt: [later(0), later(3_600_000), ...each([null, 0, -1])],
};

const stray = each([...strayTexts.values(), ...longestTexts]);
const strayDispatched: Choices = { ...dispatched, hostname: stray, channel: stray, targetClosure: stray };

/** The start and rehydration of host records, with odd values. Steps of hosts come from the paths of the suite. */
function* hostValueExercises(): Generator<Exercise> {
  const rows = [
    ...allPairs(dispatched).map((row) => [dispatched, row] as const),
    ...eachValue(strayDispatched).map((row) => [strayDispatched, row] as const),
  ];
  for (const [choices, row] of rows) {
    // Safe: the choices are the fields of a new host, each of its own type, and `at`.
    const { at: dispatchedAt, ...rest } = fieldsIn(choices, valuesIn(choices, row), '') as {
      readonly at: number;
    } & Omit<PendingHost, 'dispatchedAt'>;
    const host: PendingHost = { ...rest, dispatchedAt };
    yield loneExercise('values: start of a record', 'start', { op: 'start', host });
  }
  for (const state of hostStates) {
    for (const rolloutId of [...oddRolloutIds, ...longRolloutIds]) {
      const record = { ...crowdedHost, state, rolloutId };
      yield loneExercise('values: rehydration', `rehydrate ${state}`, { op: 'rehydrate', state: record });
    }
  }
}

/** The rollout machine, with odd values. */
function* rolloutValueExercises(): Generator<Exercise> {
  for (const rollout of rolloutInputs()) {
    yield loneExercise('values: start of a rollout', 'rollout_start', { op: 'rollout_start', rollout });
  }
  for (const { record, event, now } of rolloutQuestions()) {
    const place = `rollout ${record.state}.${event.type}`;
    yield loneExercise(`values: rollout machine, ${record.state}`, place, { op: 'rollout_step', record, event, now });
  }
}

// Safe: the chart has exactly the states of `RolloutState`, which XState types as strings.
const rolloutStates = Object.keys(rolloutMachine.states) as RolloutState[];

const AT = 1_778_926_000_321;

/** The whole table of the rollout machine: each state and event, on a fresh record and on a full one. */
function* rolloutExercises(): Generator<Exercise> {
  const { rolloutId, channel, targetRef, openedAt } = sampleRollout;
  const rollout = { rolloutId, channel, targetRef, openedAt };
  yield loneExercise('start of a rollout', 'rollout_start', { op: 'rollout_start', rollout });
  // Events may name another rollout: the machine ignores the name.
  const other = { ...sampleRollout, rolloutId: 'edge@0000000' };
  for (const state of rolloutStates) {
    for (const base of [sampleRollout, crowdedRollout]) {
      for (const event of [...everyRolloutEvent(base, AT), ...everyRolloutEvent(other, AT)]) {
        const question = { op: 'rollout_step', record: { ...base, state }, event, now: AT + 17 } as const;
        yield loneExercise(`rollout machine, ${state}`, `rollout ${state}.${event.type}`, question);
      }
    }
  }
}

/**
 * Everything that can be asked: the paths of the suite, the start and rehydration of records, and the rollout's table.
 * If `values` is among the criteria, also odd values in all of these, and questions that a peer with hidden state
 * answers wrongly.
 *
 * @param onShortfall called with what a criterion asks for but its paths cannot exercise
 */
export function* allExercises(
  options: SuiteOptions = {},
  machines: readonly MachineName[] = ['host', 'rollout'],
  onShortfall: (sentence: string) => void = () => {},
): Generator<Exercise> {
  const { criteria = allCriteria, sides: wanted = sides, policies = suitePolicies } = options;
  const hasValues = criteria.some(({ name }) => name === 'values');
  if (machines.includes('host')) {
    yield* recordExercises();
    for (const part of generateSuite(options)) {
      for (const sentence of shortfallsOf(part)) onShortfall(sentence);
      for (const path of part.paths) yield* pathExercises(path);
    }
    if (hasValues) yield* hostValueExercises();
  }
  if (machines.includes('rollout')) {
    yield* rolloutExercises();
    if (hasValues) yield* rolloutValueExercises();
  }
  // Last, so that a peer has much to remember.
  if (hasValues && machines.includes('host')) yield* memoryExercises({ sides: wanted, policies });
  if (hasValues && machines.includes('rollout')) yield* rolloutMemoryExercises();
}
