import type { HealthFailurePolicy } from '../../src/machine/events.ts';
import {
  criterionNames,
  generatePaths,
  sides,
  type CriterionName,
  type Generation,
  type Side,
  type TestPath,
} from '../../src/testing/index.ts';

export const policies: readonly HealthFailurePolicy[] = ['halt', 'rollback-and-halt'];

export interface Generated {
  readonly title: string;
  readonly criterion: CriterionName;
  readonly side: Side;
  readonly onHealthFailure: HealthFailurePolicy;
  readonly generation: Generation;
}

/** Every criterion for each side under each policy. Paths are generated when a test asks for them. */
export const everyGeneration: readonly Generated[] = criterionNames.flatMap((criterion) =>
  sides.flatMap((side) =>
    policies.map((onHealthFailure) => {
      let generation: Generation | undefined;
      return {
        title: `${criterion} of the ${side} under ${onHealthFailure}`,
        criterion,
        side,
        onHealthFailure,
        get generation() {
          generation ??= generatePaths({ criterion: { kind: 'full', name: criterion }, side, onHealthFailure });
          return generation;
        },
      };
    }),
  ),
);

/** The paths of one criterion, of all sides and policies. */
export const pathsOf = (criterion: CriterionName): readonly TestPath[] =>
  everyGeneration.filter((each) => each.criterion === criterion).flatMap(({ generation }) => generation.paths);
