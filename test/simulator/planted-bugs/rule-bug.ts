import type { RolloutManifest } from '../../../src/fleet/index.ts';
import type { Cores, Scenario } from '../../../src/simulator/index.ts';

/** How a rule is broken. */
export type Breach = 'never' | 'too early or too often' | 'wrong one';

/** A rule of the specification that one side breaks. Found by the scenarios of the project, which know nothing of it. */
export interface RuleBug {
  /** The passage of the specification. */
  readonly rule: string;
  readonly breach: Breach;
  /** What is wrong, as one would say it in a review. */
  readonly name: string;
  readonly cores: Cores;
  /** The project reads the fleet file so; absent where it reads it well. */
  readonly misread?: Misreading;
}

type Misreading = (rollout: RolloutManifest) => RolloutManifest;

type Row = readonly [breach: Breach, name: string, cores: Cores];

/** The bugs of one rule, one row each. */
export function rule(passage: string, rows: readonly Row[]): readonly RuleBug[] {
  return rows.map(([breach, name, cores]) => ({ rule: passage, breach, name, cores }));
}

/** The same for the reading of fleet files. */
export function misread(
  passage: string,
  rows: readonly (readonly [breach: Breach, name: string, change: Misreading])[],
): readonly RuleBug[] {
  return rows.map(([breach, name, change]) => ({ rule: passage, breach, name, cores: {}, misread: change }));
}

/** The scenario as a project with the bug would read it. */
export function asRead(scenario: Scenario, { misread: change }: RuleBug): Scenario {
  if (change === undefined) return scenario;
  const steps = scenario.steps.map((step) =>
    step.do.type === 'publish' ? { ...step, do: { ...step.do, rollouts: step.do.rollouts.map(change) } } : step,
  );
  return { ...scenario, rollouts: scenario.rollouts.map(change), steps };
}
