import { suitePaths, type SuiteOptions } from '../suite.ts';
import type { Exercise } from './exercise.ts';
import { pathExercises, recordExercises } from './host-exercises.ts';
import { rolloutExercises } from './rollout-exercises.ts';

/** Which tables are asked. */
export type Machine = 'host' | 'rollout';

/** Everything that can be asked: the paths of the suite, how records begin and are restored, and the rollout's table. */
export function* allExercises(
  options: SuiteOptions = {},
  machines: readonly Machine[] = ['host', 'rollout'],
): Generator<Exercise> {
  if (machines.includes('host')) {
    yield* recordExercises();
    for (const path of suitePaths(options)) yield* pathExercises(path);
  }
  if (machines.includes('rollout')) yield* rolloutExercises();
}
