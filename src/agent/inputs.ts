import type { ProbeStatus, ProbeSubResult, Time } from '../machine/index.ts';
import type { AgentManifest, EventDelivery, HostRolloutSnapshot, OutboxEntry, OutboxHeader } from '../wire/index.ts';
import type { Worker } from './state.ts';

/** The process began: always the first input. Nothing is remembered but what the outbox on disk holds (rule 11). */
export interface BootInput {
  readonly type: 'Boot';
  readonly runningClosure: string;
  /** What the machine calls its present boot, as in `/proc/sys/kernel/random/boot_id`: another one after a reboot. */
  readonly bootId: string;
  /** The workers that still run: a switch outlives the agent. The runtime reports each of them when it ends. */
  readonly workers: readonly Worker[];
  readonly outbox: readonly OutboxEntry[];
  readonly headers: readonly OutboxHeader[];
  /** Of the rollouts that the host may be in, as far as they are known. */
  readonly manifests: readonly AgentManifest[];
}

/** The runtime saw that another closure runs: switched by hand, or by another tool. */
export interface RunningClosureChangedInput {
  readonly type: 'RunningClosureChanged';
  readonly runningClosure: string;
}

/** The control plane advised to activate, and the signed manifest says the same (rule 3). */
export interface DispatchInput {
  readonly type: 'Dispatch';
  readonly manifest: AgentManifest;
  readonly soakDueAt: Time | null;
  /** By the control plane's clock. */
  readonly dispatchedAt: Time;
}

/** The activation worker began to switch (after `LocalFireSwitch`). */
export interface ActivationStartedInput {
  readonly type: 'ActivationStarted';
  readonly rolloutId: string;
  readonly switchMethod: string;
}

/** The activation worker finished, and this closure runs now. */
export interface ActivationCompletedInput {
  readonly type: 'ActivationCompleted';
  readonly rolloutId: string;
  readonly observedCurrentClosure: string;
  /** `null` if a signal ended the process: it is reported as -1. */
  readonly exitCode: number | null;
}

/** The activation worker left the switch to the next boot. */
export interface ActivationDeferredInput {
  readonly type: 'ActivationDeferred';
  readonly rolloutId: string;
  readonly component: string;
}

/** The activation worker gave up. If another closure runs now, `RunningClosureChanged` comes first. */
export interface ActivationFailedInput {
  readonly type: 'ActivationFailed';
  readonly rolloutId: string;
  /** `null` if a signal ended the process: it is reported as -1. */
  readonly exitCode: number | null;
  readonly stderrTail: string;
}

/** The rollback worker finished, and this closure runs now. */
export interface RollbackCompletedInput {
  readonly type: 'RollbackCompleted';
  readonly rolloutId: string;
  readonly revertedToClosure: string;
  /** `null` if a signal ended the process: it is reported as -1. */
  readonly exitCode: number | null;
}

/** The rollback worker gave up (rule 8). */
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
  /** That of the `StartProbes` which this run belongs to. */
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
  /** Of the rollouts in `bootstrapRollouts`, as far as they are known: a snapshot without one is not taken over. */
  readonly manifests: readonly AgentManifest[];
  /** How many events one request may hold: `batchLimit` of wire reads the answer's header. */
  readonly batchLimit: number;
}

/** A heartbeat got no answer, or none that could be read. */
export interface HeartbeatUnansweredInput {
  readonly type: 'HeartbeatUnanswered';
}

/** What became of one event that was sent: `eventDelivery` and `eventDeliveries` of wire read the answer. */
export interface SentEvent {
  readonly seq: number;
  /** Only what the control plane itself marks is a refusal; any other answer than an acceptance is none. */
  readonly outcome: EventDelivery['outcome'];
}

/** How the newest `SendEvents` of the rollout ended (rule 4). */
export interface EventsDeliveredInput {
  readonly type: 'EventsDelivered';
  readonly rolloutId: string;
  /** One for each event of the request, in its order. */
  readonly events: readonly SentEvent[];
}

/** Everything that an agent reacts to. The time of each is the `now` beside it. */
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

/** What the activation and rollback workers report. */
export type WorkerReport = AgentInputOf<
  | 'ActivationStarted'
  | 'ActivationCompleted'
  | 'ActivationDeferred'
  | 'ActivationFailed'
  | 'RollbackCompleted'
  | 'RollbackFailed'
>;
