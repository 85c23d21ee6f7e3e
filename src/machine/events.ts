/** Milliseconds since the Unix epoch, UTC. */
export type Time = number;

/** What a failing probe comes to: it gates (`enforce`), or is only recorded; a `disabled` one does not run. */
export type ProbeMode = 'enforce' | 'observe' | 'disabled';
export type ProbeStatus = 'pass' | 'fail';
/** What the agent does about a failure beside stopping: nothing, or go back to the closure at dispatch. */
export type HealthFailurePolicy = 'halt' | 'rollback-and-halt';

/** The part of a rollout policy that the host machine reads. */
export interface RolloutPolicy {
  readonly onHealthFailure: HealthFailurePolicy;
}

/** One probe of the set that an agent is about to run. */
export interface ProbeDeclaration {
  readonly probeName: string;
  readonly kind: string;
  readonly mode: ProbeMode;
}

/**
 * What an evidence probe found for one control. The machine carries it and never decides on it: an auditor reads here
 * why a control was downgraded.
 */
export interface ProbeSubResult {
  readonly controlId: string;
  readonly status: ProbeStatus;
  readonly framework: string;
  readonly article: string | null;
  readonly effectiveMode: ProbeMode;
  /** `null` means no override; `""` means an override without a reason. */
  readonly overrideReason: string | null;
}

/** The fields of each event under its name on the wire; agent and control plane share them. Times are the agent's. */
interface EventFields {
  readonly DispatchAck: { readonly currentClosureAtDispatch: string; readonly receivedAt: Time };
  readonly ActivationStarted: { readonly startedAt: Time; readonly switchMethod: string };
  readonly ActivationCompleted: {
    readonly observedCurrentClosure: string;
    readonly exitCode: number;
    readonly completedAt: Time;
  };
  readonly ActivationDeferred: { readonly component: string; readonly deferredAt: Time };
  readonly ActivationFailed: { readonly exitCode: number; readonly stderrTail: string; readonly failedAt: Time };
  readonly ProbeTopologyDeclared: { readonly probes: readonly ProbeDeclaration[]; readonly declaredAt: Time };
  readonly ProbeObservedFirst: { readonly probeName: string; readonly mode: ProbeMode; readonly observedAt: Time };
  readonly ProbeResult: {
    readonly probeName: string;
    readonly mode: ProbeMode;
    readonly status: ProbeStatus;
    readonly observedAt: Time;
    readonly failureReason: string | null;
    readonly subResults: readonly ProbeSubResult[] | null;
  };
  readonly ProbeFailureFirst: { readonly probeName: string; readonly mode: ProbeMode; readonly firstFailedAt: Time };
  readonly Failed: {
    readonly failedAt: Time;
    readonly sustainedDurationSecs: number;
    readonly failingProbes: readonly string[];
    readonly policyApplied: HealthFailurePolicy;
  };
  readonly RollbackComplete: {
    readonly revertedToClosure: string;
    readonly exitCode: number;
    readonly completedAt: Time;
  };
  readonly Converged: { readonly convergedAt: Time; readonly currentClosure: string };
}

/** The name of an event on the wire. */
export type OutboundEventType = keyof EventFields;

/** What the agent's machine calls each event, and the further fields that only the agent's own event has. */
interface LocalEventNames {
  readonly DispatchAck: 'LocalActivate';
  readonly ActivationStarted: 'LocalActivationStarted';
  readonly ActivationCompleted: 'LocalActivationCompleted';
  readonly ActivationDeferred: 'LocalActivationDeferred';
  readonly ActivationFailed: 'LocalActivationFailed';
  readonly ProbeTopologyDeclared: 'LocalProbeTopologyDeclared';
  readonly ProbeObservedFirst: 'LocalProbeObservedFirst';
  readonly ProbeResult: 'LocalProbeResult';
  readonly ProbeFailureFirst: 'LocalProbeFailureFirst';
  readonly Failed: 'LocalSustainedFailureCrossed';
  readonly RollbackComplete: 'LocalRollbackCompleted';
  readonly Converged: 'LocalConvergedReached';
}

/** What the control plane's machine calls each event. */
interface RemoteEventNames {
  readonly DispatchAck: 'RemoteDispatchAck';
  readonly ActivationStarted: 'RemoteActivationStarted';
  readonly ActivationCompleted: 'RemoteActivationCompleted';
  readonly ActivationDeferred: 'RemoteActivationDeferred';
  readonly ActivationFailed: 'RemoteActivationFailed';
  readonly ProbeTopologyDeclared: 'RemoteProbeTopologyDeclared';
  readonly ProbeObservedFirst: 'RemoteProbeObservedFirst';
  readonly ProbeResult: 'RemoteProbeResult';
  readonly ProbeFailureFirst: 'RemoteProbeFailureFirst';
  readonly Failed: 'RemoteFailed';
  readonly RollbackComplete: 'RemoteRollbackComplete';
  readonly Converged: 'RemoteConverged';
}

interface Sequenced {
  /** From 1 to 2^53-1, rising within one (rollout, host). */
  readonly seq: number;
}

type Tagged<Type extends string, Fields> = Readonly<{ type: Type }> & Fields & Sequenced;

/** `LocalActivate` tells also what was dispatched; the record holds both already, so the machine reads neither. */
type ActivateFields<Wire> = Wire extends 'DispatchAck'
  ? { readonly targetClosure: string; readonly soakDueAt: Time | null }
  : unknown;

/** An event as it crosses the wire and as an event log keeps it. */
export type OutboundEvent = { [Wire in OutboundEventType]: Tagged<Wire, EventFields[Wire]> }[OutboundEventType];

/** What happens on the agent's own host. */
export type LocalEvent = {
  [Wire in OutboundEventType]: Tagged<LocalEventNames[Wire], EventFields[Wire] & ActivateFields<Wire>>;
}[OutboundEventType];

/** What an agent reported to the control plane. */
export type RemoteEvent = {
  [Wire in OutboundEventType]: Tagged<RemoteEventNames[Wire], EventFields[Wire]>;
}[OutboundEventType];

/** Whatever the host machine takes: 24 events, two for each of the wire. */
export type HostEvent = LocalEvent | RemoteEvent;
export type HostEventType = HostEvent['type'];

/** The events of one or several names, for example `EventOf<'LocalActivate' | 'RemoteDispatchAck'>`. */
export type EventOf<Type extends HostEventType> = Extract<HostEvent, { readonly type: Type }>;
/** The outbound event of one name. */
export type OutboundEventOf<Type extends OutboundEventType> = Extract<OutboundEvent, { readonly type: Type }>;

/** Both names, local and remote, of one event of the wire. */
export type HostEventFor<Wire extends OutboundEventType> = EventOf<LocalEventNames[Wire] | RemoteEventNames[Wire]>;
