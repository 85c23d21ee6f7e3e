import type { Time } from '../machine/events.ts';

/** What a deployment may set. */
export interface ControlPlaneConfig {
  /** How often an agent is expected to send a heartbeat. */
  readonly heartbeatSecs: number;
  /** After how many missed heartbeats a host is reported unreachable. */
  readonly missedHeartbeats: number;
  /** How many hosts of no rollout are remembered; the heartbeats of further ones are answered and forgotten. */
  readonly maxStrangers: number;
  /**
   * Nothing is dispatched before this time; `null` means at once. A runtime that starts with an empty database sets
   * it a little more than one heartbeat interval ahead: until the agents have been heard, the control plane cannot
   * know which rollout has failed and which hosts are in flight.
   */
  readonly dispatchFrom: Time | null;
}

export const DEFAULT_CONFIG: ControlPlaneConfig = Object.freeze({
  heartbeatSecs: 60,
  missedHeartbeats: 3,
  maxStrangers: 100_000,
  dispatchFrom: null,
});
