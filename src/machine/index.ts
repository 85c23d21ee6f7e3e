/** The life of one host in one rollout, as one chart and one function (specification: host-machine). */
export { actorStep } from './actor-step.ts';
export { compile, type Dialect } from './compile.ts';
export type * from './effects.ts';
export { guardRefusals, guards, type GuardName } from './guards.ts';
export { recordOfSnapshot, snapshotOfRecord } from './host-actor.ts';
export { hostRolloutMachine, type HostContext, type HostInput, type HostTag } from './host-rollout.machine.ts';
export { isAtEnd, isInFlight, isOrderingEligible } from './host-states.ts';
export { chartParts, plainPart, type PlainPart, type Rows } from './parts.ts';
export { performEffects, type EffectHandlers, type EffectTags } from './perform-effects.ts';
export type * from './refusals.ts';
export { rehydrationEffects } from './rehydration.ts';
export { step, type StepResult } from './step.ts';
export * from './vocabulary.ts';
