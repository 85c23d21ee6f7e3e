import type { RolloutManifest } from '../fleet/index.ts';
import type { Refusal } from '../machine/index.ts';
import type { Dispatch, Envelope, Heartbeat, HeartbeatAnswer } from '../wire/index.ts';

/**
 * Signed manifests were verified: one rollout manifest for each channel of the release. They replace the manifests of
 * those channels; other channels keep theirs.
 */
export interface ManifestsVerified {
  readonly type: 'ManifestsVerified';
  readonly rollouts: readonly RolloutManifest[];
}

/** An agent posted an event. */
export interface EventReceived {
  readonly type: 'EventReceived';
  readonly envelope: Envelope;
}

/** An agent sent a heartbeat. */
export interface HeartbeatReceived {
  readonly type: 'HeartbeatReceived';
  readonly heartbeat: Heartbeat;
  /**
   * `heartbeat` has every snapshot that the agent sent: `decodeHeartbeat` skipped none. Otherwise, a missing snapshot
   * means nothing.
   */
  readonly isComplete: boolean;
}

/** An agent polls for a dispatch. */
export interface DispatchPolled {
  readonly type: 'DispatchPolled';
  readonly hostname: string;
}

/** Time for a planning pass, every 15 s by default. Also finds unreachable hosts. */
export interface PlanTick {
  readonly type: 'PlanTick';
}

/** The retention of a finished rollout has expired. Its host records are dropped; its own record is kept. */
export interface RetentionExpiredInput {
  readonly type: 'RetentionExpired';
  readonly rolloutId: string;
}

/** An operator cleared a rollout. The specification does not define the effect yet, and the answer says so. */
export interface OperatorCleared {
  readonly type: 'OperatorCleared';
  readonly rolloutId: string;
  readonly operator: string;
  readonly reason: string;
}

/** Everything the control plane reacts to (specification: control-plane, "Inputs"). */
export type ControlPlaneInput =
  | ManifestsVerified
  | EventReceived
  | HeartbeatReceived
  | DispatchPolled
  | PlanTick
  | RetentionExpiredInput
  | OperatorCleared;

/** The outcome of an event, in more detail than its status. */
export type EventOutcome =
  /** Applied to the record. */
  | 'accepted'
  /** It had already arrived. Nothing changed. */
  | 'duplicate'
  /** A synthesis or a take-over has passed its `seq`. It was appended to the event log, but changed no record. */
  | 'late'
  /**
   * The record's state does not accept it. It changed no record. The status is 204, because sending it again would not
   * help.
   */
  | 'illegal'
  /** The rollout does not have this host. It was dropped. The status is 204 for the same reason. */
  | 'unknown'
  /** It would break an invariant of convergence. */
  | 'conflict';

/**
 * The answer to an event: 204, or 409 for a conflict. The runtime itself answers 400 if an event cannot be decoded.
 */
export interface EventAnswer {
  readonly status: 204 | 409;
  readonly outcome: EventOutcome;
  /** The machine's refusal, if there was one. */
  readonly refusal: Refusal | null;
}

/** A dispatch that was queued and is not acknowledged yet. */
export type OutstandingDispatch = Dispatch;

/** The answer to a poll. */
export interface DispatchAnswer {
  /** `null` if the host has nothing to do. The same dispatch is repeated until it is acknowledged. */
  readonly dispatch: OutstandingDispatch | null;
}

/** The answer to an operator. */
export interface OperatorAnswer {
  readonly accepted: boolean;
  /** Why it was not accepted; `null` if it was. */
  readonly message: string | null;
}

interface Replies {
  readonly ManifestsVerified: null;
  readonly EventReceived: EventAnswer;
  readonly HeartbeatReceived: HeartbeatAnswer;
  readonly DispatchPolled: DispatchAnswer;
  readonly PlanTick: null;
  readonly RetentionExpired: OperatorAnswer;
  readonly OperatorCleared: OperatorAnswer;
}

/** The answer to one type of input. */
export type ReplyTo<Input extends ControlPlaneInput> = Replies[Input['type']];
/** The answer to any input. */
export type ControlPlaneReply = Replies[keyof Replies];
