export type * from './machine/effects.ts';
export type * from './machine/events.ts';
export { hostRolloutMachine, type HostContext, type HostInput, type HostTag } from './machine/host-rollout.machine.ts';
export { recordOfSnapshot, snapshotOfRecord } from './machine/host-actor.ts';
export { hostStates, isAtEnd, isInFlight, isOrderingEligible } from './machine/host-states.ts';
export {
  newPendingHost,
  type HostRolloutState,
  type HostState,
  type PendingHost,
  type ProbeRecord,
} from './machine/record.ts';
export type * from './machine/refusals.ts';
export { rehydrationEffects } from './machine/rehydration.ts';
export { step, type StepResult } from './machine/step.ts';
export * from './rollout/index.ts';
