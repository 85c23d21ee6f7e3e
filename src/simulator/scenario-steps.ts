import type { ScenarioAction } from './faults/index.ts';
import type { When } from './when.ts';

export type { ScenarioAction, ScenarioActionType } from './faults/index.ts';

export interface ScenarioStep {
  readonly when: When;
  readonly do: ScenarioAction;
}
