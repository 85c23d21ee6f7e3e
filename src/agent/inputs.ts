import type { ProbeStatus, ProbeSubResult, Time } from '../machine/index.ts';
import type { AgentManifest, EventDelivery, HostRolloutSnapshot, OutboxEntry, OutboxHeader } from '../wire/index.ts';
import type { Worker } from './state.ts';

/** The process started. Always the first input. Everything that the agent remembers is in the outbox (rule 11). */
export interface BootInput {
  readonly type: 'Boot';
  readonly runningClosure: string;
  /** Identifies the current boot of the machine, as `/proc/sys/kernel/random/boot_id` does. */
  readonly bootId: string;
  /** Workers that are still running: a switch outlives the agent process. The runtime reports the end of each. */
  readonly workers: readonly Worker[];
  readonly outbox: readonly OutboxEntry[];
  readonly headers: readonly OutboxHeader[];
  /** The known manifests of the rollouts that the host may be part of. */
  readonly manifests: readonly AgentManifest[];
}

/** The runtime noticed that another closure is running: someone, or another tool, switched. */
export interface RunningClosureChangedInput {
  readonly type: 'RunningClosureChanged';
  readonly runningClosure: string;
}

/** The control plane dispatched the host, and the signed manifest agrees (rule 3). */
export interface DispatchInput {
  readonly type: 'Dispatch';
  readonly manifest: AgentManifest;
  readonly soakDueAt: Time | null;
  /** By the control plane's clock. */
  readonly dispatchedAt: Time;
}

/** The activation worker started to switch (after `LocalFireSwitch`). */
export interface ActivationStartedInput {
  readonly type: 'ActivationStarted';
  readonly rolloutId: string;
  readonly switchMethod: string;
}

/** The activation worker finished, and this closure is now running. */
export interface ActivationCompletedInput {
  readonly type: 'ActivationCompleted';
  readonly rolloutId: string;
  readonly observedCurrentClosure: string;
  /** `null` if a signal ended the process: it is reported as -1. */
  readonly exitCode: number | null;
}

/** The activation worker deferred the switch to the next boot. */
export interface ActivationDeferredInput {
  readonly type: 'ActivationDeferred';
  readonly rolloutId: string;
  readonly component: string;
}

/** The activation worker failed. If another closure is now running, `RunningClosureChanged` comes first. */
export interface ActivationFailedInput {
  readonly type: 'ActivationFailed';
  readonly rolloutId: string;
  /** `null` if a signal ended the process: it is reported as -1. */
  readonly exitCode: number | null;
  readonly stderrTail: string;
}

/** The rollback worker finished, and this closure is now running. */
export interface RollbackCompletedInput {
  readonly type: 'RollbackCompleted';
  readonly rolloutId: string;
  readonly revertedToClosure: string;
  /** `null` if a signal ended the process: it is reported as -1. */
  readonly exitCode: number | null;
}

/** The rollback worker failed (rule 8). */
export interface RollbackFailedInput {
  readonly type: 'RollbackFailed';
  readonly rolloutId: string;
  /** `null` if a signal ended the process: it is reported as -1. */
  readonly exitCode: number | null;
  readonly stderrTail: string;
}

/** One run of one probe ended (rule 5). */
export interface ProbeOutcomeInput {
  readonly type: 'ProbeOutcome';
  readonly rolloutId: string;
  /** The generation of the `StartProbes` that this run belongs to. */
  readonly generation: number;
  readonly probeName: string;
  readonly status: ProbeStatus;
  readonly failureReason: string | null;
  readonly subResults: readonly ProbeSubResult[] | null;
}

/** Time has passed: every `tickSecs` (rules 6, 7 and 10). */
export interface TickInput {
  readonly type: 'Tick';
}

/** The control plane answered a heartbeat (rule 10). */
export interface HeartbeatAnsweredInput {
  readonly type: 'HeartbeatAnswered';
  readonly replayFrom: number | null;
  readonly bootstrapRollouts: readonly HostRolloutSnapshot[];
  /** The known manifests of the rollouts in `bootstrapRollouts`. A snapshot without one is not taken over. */
  readonly manifests: readonly AgentManifest[];
  /** How many events one request may hold: `batchLimit` (wire) reads it from the answer's header. */
  readonly batchLimit: number;
}

/** A heartbeat got no answer, or an unreadable one. */
export interface HeartbeatUnansweredInput {
  readonly type: 'HeartbeatUnanswered';
}

/** The outcome for one event of a request: `eventDelivery` and `eventDeliveries` (wire) read the answer. */
export interface SentEvent {
  readonly seq: number;
  /** `refused` only if the control plane itself marks the refusal; any other error is `not-delivered`. */
  readonly outcome: EventDelivery['outcome'];
}

/** How the newest `SendEvents` of the rollout ended (rule 4). */
export interface EventsDeliveredInput {
  readonly type: 'EventsDelivered';
  readonly rolloutId: string;
  /** One per event of the request, in order. */
  readonly events: readonly SentEvent[];
}

/** Everything an agent reacts to. The time of an input is the `now` passed with it. */
export type AgentInput =
  | BootInput
  | RunningClosureChangedInput
  | DispatchInput
  | ActivationStartedInput
  | ActivationCompletedInput
  | ActivationDeferredInput
  | ActivationFailedInput
  | RollbackCompletedInput
  | RollbackFailedInput
  | ProbeOutcomeInput
  | TickInput
  | HeartbeatAnsweredInput
  | HeartbeatUnansweredInput
  | EventsDeliveredInput;

/** The input of one type, or of several. */
export type AgentInputOf<Type extends AgentInput['type']> = Extract<AgentInput, { readonly type: Type }>;

/** A report of the activation or rollback worker. */
export type WorkerReport = AgentInputOf<
  | 'ActivationStarted'
  | 'ActivationCompleted'
  | 'ActivationDeferred'
  | 'ActivationFailed'
  | 'RollbackCompleted'
  | 'RollbackFailed'
>;
