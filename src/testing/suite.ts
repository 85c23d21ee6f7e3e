import type { HealthFailurePolicy, HostRolloutState } from '../machine/index.ts';
import { criterionNames, type Criterion } from './criterion.ts';
import { generatePaths, planPaths, type GenerateOptions, type Generation, type Planning } from './generate.ts';
import { sides, type Side } from './side.ts';
import type { TestPath } from './test-path.ts';

/** What paths are wanted; whatever is left out means all of it. */
export interface SuiteOptions {
  readonly criteria?: readonly Criterion[];
  readonly sides?: readonly Side[];
  readonly policies?: readonly HealthFailurePolicy[];
  readonly start?: HostRolloutState;
  readonly seed?: number;
  /**
   * After so many events a path goes nowhere new; what it is on its way to, it still reaches, so it may be longer. It
   * does not bound simple paths, nor those that begin at records that no life leads to.
   */
  readonly maxPathLength?: number;
  readonly maxPaths?: number;
}

/** Every policy for a host that fails. */
export const suitePolicies: readonly HealthFailurePolicy[] = ['halt', 'rollback-and-halt'];

/** Each criterion in full, in the order in which they grow. */
export const allCriteria: readonly Criterion[] = criterionNames.map((name) => ({ kind: 'full', name }));

/** One generation for each criterion, side and policy. */
function combinations(options: SuiteOptions): readonly GenerateOptions[] {
  const { criteria = allCriteria, sides: wanted = sides, policies = suitePolicies, ...rest } = options;
  return criteria.flatMap((criterion) =>
    wanted.flatMap((side) => policies.map((onHealthFailure) => ({ ...rest, criterion, side, onHealthFailure }))),
  );
}

/** The paths of one side under one policy. */
export interface SuitePart extends Generation {
  readonly side: Side;
  readonly onHealthFailure: HealthFailurePolicy;
}

/** Generated one part at a time, when it is asked for: all paths together need not be held. */
export function* generateSuite(options: SuiteOptions = {}): Generator<SuitePart> {
  for (const each of combinations(options)) {
    yield { side: each.side, onHealthFailure: each.onHealthFailure, ...generatePaths(each) };
  }
}

/** As {@link generateSuite}, for who has starts of their own to run the plans from. */
export function* planSuite(options: SuiteOptions = {}): Generator<Planning & { readonly options: GenerateOptions }> {
  for (const each of combinations(options)) yield { options: each, ...planPaths(each) };
}

/** What a part was to exercise and does not, each as a sentence. */
export function shortfallsOf({
  criterion,
  side,
  onHealthFailure,
  unreached,
  wasCut,
}: Omit<SuitePart, 'paths'>): readonly string[] {
  const what = `${criterion} (${side}, ${onHealthFailure})`;
  return [
    ...unreached.map((item) => `${what}: nothing leads to ${item} from this start.`),
    ...(wasCut ? [`${what} was cut off at its bound.`] : []),
  ];
}

/** All paths of a suite, one part after the other. */
export function* suitePaths(options: SuiteOptions = {}): Generator<TestPath> {
  for (const part of generateSuite(options)) yield* part.paths;
}
