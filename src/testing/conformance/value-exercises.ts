import { hostStates, type PendingHost } from '../../machine/index.ts';
import { crowdedHost } from '../sample-host.ts';
import { allPairs, each, fieldsIn, later, valuesIn, type Choices } from '../values/choices.ts';
import { longRolloutIds, oddRolloutIds, oddTexts, oddTimes } from '../values/odd-values.ts';
import { rolloutInputs, rolloutQuestions } from '../values/rollout-values.ts';
import type { Exercise } from './exercise.ts';
import { loneExercise } from './host-exercises.ts';

const texts = each(oddTexts);

const dispatched: Choices = {
  rolloutId: each(oddRolloutIds),
  hostname: texts,
  channel: texts,
  targetClosure: texts,
  at: each(oddTimes),
  soakDueAt: [later(0), later(3_600_000), ...each([null, 0, -1])],
};

/** How records begin, and what is due after a restart, with odd values. The steps of hosts are paths of the suite. */
export function* hostValueExercises(): Generator<Exercise> {
  for (const row of allPairs(dispatched)) {
    const { at: dispatchedAt, ...rest } = fieldsIn(dispatched, valuesIn(dispatched, row), '') as {
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
export function* rolloutValueExercises(): Generator<Exercise> {
  for (const rollout of rolloutInputs()) {
    yield loneExercise('values: start of a rollout', 'rollout_start', { op: 'rollout_start', rollout });
  }
  for (const { record, event, now } of rolloutQuestions()) {
    const place = `rollout ${record.state}.${event.type}`;
    yield loneExercise(`values: rollout machine, ${record.state}`, place, { op: 'rollout_step', record, event, now });
  }
}
