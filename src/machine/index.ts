/** The life of one host in one rollout, as one chart and one function (specification: host-machine). */
export type * from './effects.ts';
export {
  occurredAt,
  outboundEventTypes,
  outboundTypeOf,
  toHostEvent,
  toLocalEvent,
  toWireEvent,
} from './event-forms.ts';
export {
  eventTable,
  type EventOf,
  type HostEvent,
  type HostEventFor,
  type HostEventType,
  type LocalEvent,
  type OutboundEvent,
  type OutboundEventOf,
  type OutboundEventType,
  type RemoteEvent,
  type RolloutPolicy,
  seqFields,
} from './events.ts';
export { guards } from './guards.ts';
export { recordOfSnapshot, snapshotOfRecord } from './host-actor.ts';
export { hostRolloutMachine, type HostContext, type HostInput, type HostTag } from './host-rollout.machine.ts';
export { isAtEnd, isInFlight, isOrderingEligible } from './host-states.ts';
export { performEffects, type EffectHandlers, type EffectTags } from './perform-effects.ts';
export {
  draftOf,
  hostRecordFields,
  type HostDraft,
  type HostRolloutState,
  newPendingHost,
  type PendingHost,
} from './record.ts';
export type * from './refusals.ts';
export { rehydrationEffects } from './rehydration.ts';
export { step, type StepResult } from './step.ts';
export {
  field,
  type Field,
  type FieldTable,
  type FieldType,
  type FieldValues,
  healthFailurePolicies,
  type HealthFailurePolicy,
  hostStates,
  type HostState,
  nullable,
  type ProbeDeclaration,
  probeDeclarationFields,
  type ProbeMode,
  probeModes,
  type ProbeRecord,
  probeRecordFields,
  type ProbeStatus,
  probeStatuses,
  type ProbeSubResult,
  probeSubResultFields,
  type RolloutState,
  rolloutStates,
  type Time,
  type ValuesOf,
} from './vocabulary.ts';
