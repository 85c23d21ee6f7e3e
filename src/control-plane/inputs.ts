import type { RolloutManifest } from '../fleet/index.ts';
import type { Refusal } from '../machine/index.ts';
import type { Dispatch, Envelope, Heartbeat, HeartbeatAnswer } from '../wire/index.ts';

/**
 * Signed manifests were verified: one projection for each channel that the release names. It replaces what was known
 * of those channels; a channel that is not named keeps its manifest.
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

/** An agent said that it is alive. */
export interface HeartbeatReceived {
  readonly type: 'HeartbeatReceived';
  readonly heartbeat: Heartbeat;
  /**
   * Every snapshot that the agent sent is in `heartbeat`: `decodeHeartbeat` skipped none. If it did, nothing is concluded
   * from the absence of one.
   */
  readonly isComplete: boolean;
}

/** An agent asks whether there is something for it to do. */
export interface DispatchPolled {
  readonly type: 'DispatchPolled';
  readonly hostname: string;
}

/** The regular planning pass, every 15 s unless the runtime says otherwise; it also looks for silent hosts. */
export interface PlanTick {
  readonly type: 'PlanTick';
}

/** A rollout that is over has been kept for long enough. Its host records are let go, its own record is kept. */
export interface RetentionExpiredInput {
  readonly type: 'RetentionExpired';
  readonly rolloutId: string;
}

/** An operator cleared a rollout. What that leads to is not defined yet: the answer says so. */
export interface OperatorCleared {
  readonly type: 'OperatorCleared';
  readonly rolloutId: string;
  readonly operator: string;
  readonly reason: string;
}

/** Everything that the control plane is told (specification: control-plane, "Inputs"). */
export type ControlPlaneInput =
  | ManifestsVerified
  | EventReceived
  | HeartbeatReceived
  | DispatchPolled
  | PlanTick
  | RetentionExpiredInput
  | OperatorCleared;

/** What became of an event, whatever its status says. */
export type EventOutcome =
  /** Taken into the record. */
  | 'accepted'
  /** It arrived before; nothing happened. */
  | 'duplicate'
  /** A synthesis or a take-over has passed its `seq`: it was appended to the event log and changed no record. */
  | 'late'
  /** The record's state does not take it. It changed no record; sending it again would not help, so it is answered as accepted. */
  | 'illegal'
  /** Nobody here knows this host in this rollout. Dropped, and answered as accepted for the same reason. */
  | 'unknown'
  /** The host may not be called converged. */
  | 'conflict';

/**
 * The answer to an event: 204, or 409 for a conflict. An event that cannot be decoded never gets here: the runtime
 * answers 400 by itself.
 */
export interface EventAnswer {
  readonly status: 204 | 409;
  readonly outcome: EventOutcome;
  /** The machine's refusal, if there was one. */
  readonly refusal: Refusal | null;
}

/** A dispatch that was queued and not yet acknowledged. */
export type OutstandingDispatch = Dispatch;

/** The answer to a poll. */
export interface DispatchAnswer {
  /** `null` if there is nothing for the host to do. The same dispatch is given again until it is acknowledged. */
  readonly dispatch: OutstandingDispatch | null;
}

/** What became of the wish of an operator. */
export interface OperatorAnswer {
  readonly accepted: boolean;
  /** Why not, for a person; `null` if it was. */
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

/** What is answered to one kind of input. */
export type ReplyTo<Input extends ControlPlaneInput> = Replies[Input['type']];
/** The answer to any input. */
export type ControlPlaneReply = Replies[keyof Replies];
