import { field, nullable, type FieldTable, type HealthFailurePolicy, type ValuesOf } from './fields.ts';

export type { HealthFailurePolicy, ProbeDeclaration, ProbeMode, ProbeStatus, ProbeSubResult, Time } from './fields.ts';

/** The part of a rollout policy that the host machine reads. */
export interface RolloutPolicy {
  readonly onHealthFailure: HealthFailurePolicy;
}

interface EventDefinition {
  /** The event's name in the agent's machine. */
  readonly local: `Local${string}`;
  /** Its name in the control plane's machine. */
  readonly remote: `Remote${string}`;
  /** Shared by all three forms of the event. Times are the agent's. */
  readonly fields: FieldTable;
  /** Fields of the local form only. */
  readonly localFields: FieldTable;
  /** The field that says when it happened. */
  readonly occurredAt: string;
}

const NO_FIELDS = {} as const satisfies FieldTable;
const closure = field('closure');
const exitCode = field('exitCode');
const mode = field('probeMode');
const text = field('text');
const time = field('time');

/**
 * The 12 events of one host in one rollout, by their names on the wire (specification: host-machine, "Events"). The
 * only list of events and their fields: types, codecs, schemas, forms and exporters are derived from it.
 */
export const eventTable = {
  DispatchAck: {
    local: 'LocalActivate',
    remote: 'RemoteDispatchAck',
    fields: { currentClosureAtDispatch: closure, receivedAt: time },
    // What was dispatched. The record already has both, so the machine reads neither.
    localFields: { targetClosure: closure, soakDueAt: nullable('time') },
    occurredAt: 'receivedAt',
  },
  ActivationStarted: {
    local: 'LocalActivationStarted',
    remote: 'RemoteActivationStarted',
    fields: { startedAt: time, switchMethod: text },
    localFields: NO_FIELDS,
    occurredAt: 'startedAt',
  },
  ActivationCompleted: {
    local: 'LocalActivationCompleted',
    remote: 'RemoteActivationCompleted',
    fields: { observedCurrentClosure: closure, exitCode, completedAt: time },
    localFields: NO_FIELDS,
    occurredAt: 'completedAt',
  },
  ActivationDeferred: {
    local: 'LocalActivationDeferred',
    remote: 'RemoteActivationDeferred',
    fields: { component: text, deferredAt: time },
    localFields: NO_FIELDS,
    occurredAt: 'deferredAt',
  },
  ActivationFailed: {
    local: 'LocalActivationFailed',
    remote: 'RemoteActivationFailed',
    fields: { exitCode, stderrTail: text, failedAt: time },
    localFields: NO_FIELDS,
    occurredAt: 'failedAt',
  },
  ProbeTopologyDeclared: {
    local: 'LocalProbeTopologyDeclared',
    remote: 'RemoteProbeTopologyDeclared',
    fields: { probes: field('probeDeclarations'), declaredAt: time },
    localFields: NO_FIELDS,
    occurredAt: 'declaredAt',
  },
  ProbeObservedFirst: {
    local: 'LocalProbeObservedFirst',
    remote: 'RemoteProbeObservedFirst',
    fields: { probeName: text, mode, observedAt: time },
    localFields: NO_FIELDS,
    occurredAt: 'observedAt',
  },
  ProbeResult: {
    local: 'LocalProbeResult',
    remote: 'RemoteProbeResult',
    fields: {
      probeName: text,
      mode,
      status: field('probeStatus'),
      observedAt: time,
      failureReason: nullable('text'),
      subResults: nullable('probeSubResults'),
    },
    localFields: NO_FIELDS,
    occurredAt: 'observedAt',
  },
  ProbeFailureFirst: {
    local: 'LocalProbeFailureFirst',
    remote: 'RemoteProbeFailureFirst',
    fields: { probeName: text, mode, firstFailedAt: time },
    localFields: NO_FIELDS,
    occurredAt: 'firstFailedAt',
  },
  Failed: {
    local: 'LocalSustainedFailureCrossed',
    remote: 'RemoteFailed',
    fields: {
      failedAt: time,
      sustainedDurationSecs: field('seconds'),
      failingProbes: field('probeNames'),
      policyApplied: field('healthFailurePolicy'),
    },
    localFields: NO_FIELDS,
    occurredAt: 'failedAt',
  },
  RollbackComplete: {
    local: 'LocalRollbackCompleted',
    remote: 'RemoteRollbackComplete',
    fields: { revertedToClosure: closure, exitCode, completedAt: time },
    localFields: NO_FIELDS,
    occurredAt: 'completedAt',
  },
  Converged: {
    local: 'LocalConvergedReached',
    remote: 'RemoteConverged',
    fields: { convergedAt: time, currentClosure: closure },
    localFields: NO_FIELDS,
    occurredAt: 'convergedAt',
  },
} as const satisfies Readonly<Record<string, EventDefinition>>;

/** The sequence number, which every event of an agent carries. */
export const seqFields = {
  /** From 1 to 2^53-1, rising within one (rollout, host). */
  seq: field('seq'),
} as const satisfies FieldTable;

type EventTable = typeof eventTable;

/** The name of an event on the wire. */
export type OutboundEventType = keyof EventTable;

/** Expanded at each use, so that editors show the fields of an event rather than the name of this type. */
type Parts<Type extends string, Table extends FieldTable> = { readonly type: Type } & ValuesOf<Table> &
  ValuesOf<typeof seqFields>;

/** An event as it crosses the wire, and as the event log keeps it. */
export type OutboundEvent = {
  [Wire in OutboundEventType]: Parts<Wire, EventTable[Wire]['fields']> extends infer Event
    ? { readonly [Name in keyof Event]: Event[Name] }
    : never;
}[OutboundEventType];

/** An event on the agent's own host. */
export type LocalEvent = {
  [Wire in OutboundEventType]: Parts<EventTable[Wire]['local'], EventTable[Wire]['fields']> &
    ValuesOf<EventTable[Wire]['localFields']> extends infer Event
    ? { readonly [Name in keyof Event]: Event[Name] }
    : never;
}[OutboundEventType];

/** An event that an agent reported to the control plane. */
export type RemoteEvent = {
  [Wire in OutboundEventType]: Parts<EventTable[Wire]['remote'], EventTable[Wire]['fields']> extends infer Event
    ? { readonly [Name in keyof Event]: Event[Name] }
    : never;
}[OutboundEventType];

/** All events of the host machine: 24, two for each event on the wire. */
export type HostEvent = LocalEvent | RemoteEvent;
/** The name of a host event, either local (agent) or remote (control plane). */
export type HostEventType = HostEvent['type'];

/** The events with these names, for example `EventOf<'LocalActivate' | 'RemoteDispatchAck'>`. */
export type EventOf<Type extends HostEventType> = Extract<HostEvent, { readonly type: Type }>;
/** The outbound event with this name. */
export type OutboundEventOf<Type extends OutboundEventType> = Extract<OutboundEvent, { readonly type: Type }>;

/** Both names, local and remote, of an event on the wire. */
export type HostEventFor<Wire extends OutboundEventType> = EventOf<EventTable[Wire]['local' | 'remote']>;
