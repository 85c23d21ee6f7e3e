import { rolloutMachine, type RolloutState } from '../../rollout/index.ts';
import { crowdedRollout, everyRolloutEvent, sampleRollout } from '../rollout-samples.ts';
import type { Exercise } from './exercise.ts';
import { loneExercise } from './host-exercises.ts';

// XState types the keys of its state nodes as strings; the chart has exactly the states of `RolloutState`.
const rolloutStates = Object.keys(rolloutMachine.states) as RolloutState[];

const AT = 1_778_926_000_321;

/** The whole table of the rollout machine: each state and event, on a fresh record and on a full one. */
export function* rolloutExercises(): Generator<Exercise> {
  const { rolloutId, channel, targetRef, openedAt } = sampleRollout;
  const rollout = { rolloutId, channel, targetRef, openedAt };
  yield loneExercise('start of a rollout', 'rollout_start', { op: 'rollout_start', rollout });
  // Events that name another rollout: the machine does not look at the name.
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
