import type { ProbeStatus, ProbeSubResult, Time } from '../machine/events.ts';
import type { HostRolloutSnapshot } from '../wire/host-rollout-snapshot.ts';
import type { AgentManifest } from './state.ts';
import type { OutboxEntry, OutboxHeader } from './effects.ts';

/** The process began: always the first input. Nothing is remembered but what the outbox on disk holds (rule 11). */
export interface BootInput {
  readonly type: 'Boot';
  readonly runningClosure: string;
  /** Whether the machine itself was restarted, and not only the agent. */
  readonly rebooted: boolean;
  readonly outbox: readonly OutboxEntry[];
  readonly headers: readonly OutboxHeader[];
  /** Of the rollouts that the host may be in, as far as they are known. */
  readonly manifests: readonly AgentManifest[];
}

/** The control plane advised to activate, and the signed manifest says the same (rule 3). */
export interface DispatchInput {
  readonly type: 'Dispatch';
  readonly manifest: AgentManifest;
  readonly soakDueAt: Time | null;
  /** By the control plane's clock. */
  readonly dispatchedAt: Time;
}

/** The activation worker began to switch. */
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
  readonly exitCode: number;
}

/** The activation worker left the switch to the next boot. */
export interface ActivationDeferredInput {
  readonly type: 'ActivationDeferred';
  readonly rolloutId: string;
  readonly component: string;
}

/** The activation worker gave up. */
export interface ActivationFailedInput {
  readonly type: 'ActivationFailed';
  readonly rolloutId: string;
  readonly exitCode: number;
  readonly stderrTail: string;
}

/** The rollback worker finished, and this closure runs now. */
export interface RollbackCompletedInput {
  readonly type: 'RollbackCompleted';
  readonly rolloutId: string;
  readonly revertedToClosure: string;
  readonly exitCode: number;
}

/** The rollback worker gave up (rule 8). */
export interface RollbackFailedInput {
  readonly type: 'RollbackFailed';
  readonly rolloutId: string;
  readonly exitCode: number;
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
}

/** A heartbeat got no answer, or none that could be read. */
export interface HeartbeatUnansweredInput {
  readonly type: 'HeartbeatUnanswered';
}

/** How the newest `SendEvent` of the rollout ended (rule 4). */
export interface EventDeliveredInput {
  readonly type: 'EventDelivered';
  readonly rolloutId: string;
  readonly seq: number;
  /** 2xx, 4xx, or anything else, no answer included. */
  readonly outcome: 'accepted' | 'refused' | 'not-delivered';
}

/** What an agent is told. It takes the time of all of them from the `now` beside it. */
export type AgentInput =
  | BootInput
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
  | EventDeliveredInput;

/** The input of one type, or of several. */
export type AgentInputOf<Type extends AgentInput['type']> = Extract<AgentInput, { readonly type: Type }>;
