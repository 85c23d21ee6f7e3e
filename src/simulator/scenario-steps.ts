import type { ScenarioAction } from './faults/index.ts';
import type { When } from './when.ts';

export type { ScenarioAction, ScenarioActionType } from './faults/index.ts';

/** Something that happens in a run, and when. */
export interface ScenarioStep {
  readonly when: When;
  readonly do: ScenarioAction;
}
