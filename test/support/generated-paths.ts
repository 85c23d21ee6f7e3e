import type { HealthFailurePolicy } from '../../src/machine/events.ts';
import {
  criterionNames,
  generatePaths,
  sides,
  type CriterionName,
  type Generation,
  type Side,
} from '../../src/testing/index.ts';

export const policies: readonly HealthFailurePolicy[] = ['halt', 'rollback-and-halt'];

export interface Generated {
  readonly title: string;
  readonly criterion: CriterionName;
  readonly side: Side;
  readonly onHealthFailure: HealthFailurePolicy;
  readonly generation: Generation;
}

/** Every criterion for each side under each policy. */
export const everyGeneration: readonly Generated[] = criterionNames.flatMap((criterion) =>
  sides.flatMap((side) =>
    policies.map((onHealthFailure) => ({
      title: `${criterion} of the ${side} under ${onHealthFailure}`,
      criterion,
      side,
      onHealthFailure,
      generation: generatePaths({ criterion: { kind: 'full', name: criterion }, side, onHealthFailure }),
    })),
  ),
);

/** The paths of one criterion, of all sides and policies. */
export const pathsOf = (criterion: CriterionName) =>
  everyGeneration.filter((each) => each.criterion === criterion).flatMap(({ generation }) => generation.paths);

/** `step` is tested with every odd value. Its users get a sample, or all of them with NIGHTLY=1. */
export const sampledGenerations: readonly Generated[] =
  process.env['NIGHTLY'] === '1'
    ? everyGeneration
    : everyGeneration.map((each) => {
        if (each.criterion !== 'values') return each;
        const paths = each.generation.paths.filter((_, at) => at % 7 === 0);
        return { ...each, generation: { ...each.generation, paths } };
      });
