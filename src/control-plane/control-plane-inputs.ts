import type { RolloutManifest } from '../fleet/rollout-manifest.ts';
import type { Envelope } from '../wire/index.ts';
import type { Heartbeat } from '../wire/index.ts';

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
export interface RetentionExpired {
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
  | RetentionExpired
  | OperatorCleared;
