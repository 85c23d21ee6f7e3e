import type { RolloutManifest } from '../../../fleet/index.ts';
import type { Scenario, ScenarioStep } from '../../../simulator/index.ts';
import type { DemoChoice } from '../../play/run-place.ts';
import type { RunRequest } from './run-request.ts';

/** How a run differs from the one it is compared with. */
export const scenarioVariants = ['the other policy', 'another seed'] as const;
export type ScenarioVariant = (typeof scenarioVariants)[number];

/** What to run to compare with the run of `request`. */
export const requestOfVariant = (request: RunRequest, variant: ScenarioVariant): RunRequest =>
  request.type === 'generated'
    ? { type: 'generated', choice: choiceOfVariant(request.choice, variant) }
    : { type: 'variant', of: request, variant };

const choiceOfVariant = (choice: DemoChoice, variant: ScenarioVariant): DemoChoice =>
  variant === 'another seed' ? { ...choice, seed: seedAfter(choice.seed) } : { ...choice, ...withOtherPolicy(choice) };

const seedAfter = (seed: number): number => (seed === Number.MAX_SAFE_INTEGER ? 0 : seed + 1);

const withOtherPolicy = <Of extends Pick<DemoChoice, 'onHealthFailure'>>(policy: Of): Of => ({
  ...policy,
  onHealthFailure: policy.onHealthFailure === 'halt' ? 'rollback-and-halt' : 'halt',
});

/** The scenario with another seed, or with the other `onHealthFailure` in every rollout. */
export function variantOfScenario(scenario: Scenario, variant: ScenarioVariant): Scenario {
  const title = `${scenario.title}, ${variant}`;
  if (variant === 'another seed') return { ...scenario, title, seed: seedAfter(scenario.seed) };
  // The policies that the fleet file declares no longer apply.
  const { declared: _, ...others } = scenario;
  return {
    ...others,
    title,
    rollouts: scenario.rollouts.map(rolloutWithOtherPolicy),
    steps: scenario.steps.map(stepWithOtherPolicy),
  };
}

const rolloutWithOtherPolicy = (rollout: RolloutManifest): RolloutManifest => ({
  ...rollout,
  policy: withOtherPolicy(rollout.policy),
});

function stepWithOtherPolicy(step: ScenarioStep): ScenarioStep {
  if (!('rollouts' in step.do)) return step;
  const { declared: _, ...action } = step.do;
  return { ...step, do: { ...action, rollouts: action.rollouts.map(rolloutWithOtherPolicy) } };
}
