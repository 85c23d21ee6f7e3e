import type { HealthFailurePolicy, HostRolloutState } from '../machine/index.ts';
import { criterionNames, type Criterion } from './criterion.ts';
import { generatePaths, planPaths, type GenerateOptions, type Generation, type Planning } from './generate.ts';
import { sides, type Side } from './side.ts';
import type { TestPath } from './test-path.ts';

/** Which paths to generate. Anything left out means all. */
export interface SuiteOptions {
  readonly criteria?: readonly Criterion[];
  readonly sides?: readonly Side[];
  readonly policies?: readonly HealthFailurePolicy[];
  readonly start?: HostRolloutState;
  readonly seed?: number;
  /**
   * After this many events, a path only finishes reaching its current target, so it may be longer. Does not limit
   * simple paths or paths from unreachable records.
   */
  readonly maxPathLength?: number;
  readonly maxPaths?: number;
}

/** Every policy for a host that fails. */
export const suitePolicies: readonly HealthFailurePolicy[] = ['halt', 'rollback-and-halt'];

/** Each full criterion, in increasing order of strength. */
export const allCriteria: readonly Criterion[] = criterionNames.map((name) => ({ kind: 'full', name }));

/** One generation per criterion, side and policy. */
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

/** Generated lazily, one part at a time, so that not all paths need memory at once. */
export function* generateSuite(options: SuiteOptions = {}): Generator<SuitePart> {
  for (const each of combinations(options)) {
    yield { side: each.side, onHealthFailure: each.onHealthFailure, ...generatePaths(each) };
  }
}

/** Like {@link generateSuite}, for callers that run the plans from other starts. */
export function* planSuite(options: SuiteOptions = {}): Generator<Planning & { readonly options: GenerateOptions }> {
  for (const each of combinations(options)) yield { options: each, ...planPaths(each) };
}

/** What a part should exercise but does not, one sentence each. */
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
    ...(wasCut ? [`${what} stopped at its limit.`] : []),
  ];
}

/** All paths of a suite, part by part. */
export function* suitePaths(options: SuiteOptions = {}): Generator<TestPath> {
  for (const part of generateSuite(options)) yield* part.paths;
}
