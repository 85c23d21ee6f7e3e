import { sides } from '../side.ts';
import type { MachineName } from '../engine.ts';
import { allCriteria, generateSuite, suitePolicies, shortfallsOf, type SuiteOptions } from '../suite.ts';
import type { Exercise } from './exercise.ts';
import { pathExercises, recordExercises } from './host-exercises.ts';
import { memoryExercises } from './memory-exercises.ts';
import { rolloutExercises } from './rollout-exercises.ts';
import { hostValueExercises, rolloutValueExercises } from './value-exercises.ts';

/**
 * Everything that can be asked: the paths of the suite, how records begin and are restored, and the rollout's table.
 * Where `values` is among the criteria, also odd values in all of these, and questions that a memory would answer wrongly.
 *
 * @param onShortfall told what a criterion asks for and its paths cannot exercise
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
  // Last, after everything else that a peer might remember.
  if (hasValues && machines.includes('host')) yield* memoryExercises({ sides: wanted, policies });
}
