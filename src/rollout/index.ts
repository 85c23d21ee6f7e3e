/** One rollout as a whole, as one chart and one function (specification: rollout-machine). */
export { rolloutGuardRefusals, type RolloutGuardName } from './guards.ts';
export type * from './rollout-effects.ts';
export type * from './rollout-events.ts';
export { rolloutEventTable, rolloutEventTypes } from './rollout-events.ts';
export type * from './rollout-refusals.ts';
export { isDispatching } from './is-dispatching.ts';
export { openRollout, rolloutRecordFields, type RolloutRecord, type RolloutState } from './rollout-record.ts';
export { rolloutMachine, type RolloutInput, type RolloutTag } from './rollout.machine.ts';
export { stepRollout, type RolloutStepResult } from './step-rollout.ts';
