import { hostStates } from '../../machine/index.ts';
import { answerOf } from '../answer.ts';
import { cellKey } from '../chart-cells.ts';
import { expectedVisits } from '../coverage/measure-coverage.ts';
import { crowdedHost, sampleHost } from '../sample-host.ts';
import type { TestPath } from '../test-path.ts';
import { answerQuestion } from './answer-question.ts';
import type { Exercise } from './exercise.ts';
import type { Question } from './protocol.ts';

/** Each event of the path, on the record expected there. */
export function* pathExercises(path: TestPath): Generator<Exercise> {
  let index = 0;
  for (const { step, ...visit } of expectedVisits(path)) {
    yield {
      group: path.name,
      place: cellKey(visit.before.state, visit.event.type),
      question: { op: 'step', state: visit.before, event: visit.event, now: step.now, policy: path.policy },
      expected: answerOf(step.expected),
      within: { path, index },
      visit,
    };
    index += 1;
  }
}

/** A single question, with our own answer. */
export const loneExercise = (group: string, place: string, question: Question): Exercise => ({
  group,
  place,
  question,
  expected: answerQuestion(question),
  within: null,
  visit: null,
});

/** The start of a record, and the effects of rehydrating one. */
export function* recordExercises(): Generator<Exercise> {
  const { rolloutId, hostname, channel, targetClosure, dispatchedAt, soakDueAt } = sampleHost;
  const host = { rolloutId, hostname, channel, targetClosure, dispatchedAt, soakDueAt };
  yield loneExercise('start of a record', 'start', { op: 'start', host });
  yield loneExercise('start of a record', 'start without a soak', { op: 'start', host: { ...host, soakDueAt: null } });
  for (const state of hostStates) {
    yield loneExercise('rehydration', `rehydrate ${state}`, { op: 'rehydrate', state: { ...crowdedHost, state } });
  }
}
