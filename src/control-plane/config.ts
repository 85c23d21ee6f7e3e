import type { Time } from '../machine/index.ts';
import { notPositive, notWhole, throwProblems } from '../text/index.ts';

/** What a deployment may set. */
export interface ControlPlaneConfig {
  /** How often an agent is expected to send a heartbeat. */
  readonly heartbeatSecs: number;
  /** After how many missed heartbeats a host is reported unreachable. */
  readonly missedHeartbeats: number;
  /** How many hosts of no rollout are remembered; the heartbeats of further ones are answered and forgotten. */
  readonly maxUnknownHosts: number;
  /**
   * Nothing is dispatched before this time; `null` means at once. A runtime that starts with an empty database sets
   * it a little more than one heartbeat interval ahead: until the agents have been heard, the control plane cannot
   * know which rollout has failed and which hosts are in flight. A time more than ten heartbeat intervals ahead is taken
   * for a clock that was set back since, and not waited for. With it set, a host is dispatched only once it was
   * heard.
   */
  readonly dispatchFrom: Time | null;
}

/** What the specification says: three missed heartbeats of 60 s. */
export const DEFAULT_CONFIG: ControlPlaneConfig = Object.freeze({
  heartbeatSecs: 60,
  missedHeartbeats: 3,
  maxUnknownHosts: 100_000,
  dispatchFrom: null,
});

/**
 * The default configuration with some of it replaced.
 *
 * @throws RangeError that names every value out of range.
 */
export function controlPlaneConfig(overrides: Partial<ControlPlaneConfig> = {}): ControlPlaneConfig {
  const config: ControlPlaneConfig = { ...DEFAULT_CONFIG, ...overrides };
  throwProblems('Control plane configuration', [
    notPositive('heartbeatSecs', config.heartbeatSecs),
    notWhole('missedHeartbeats', config.missedHeartbeats, 1),
    notWhole('maxUnknownHosts', config.maxUnknownHosts, 0),
    config.dispatchFrom === null || Number.isFinite(config.dispatchFrom)
      ? null
      : `dispatchFrom: expected a time or null, got ${config.dispatchFrom}`,
  ]);
  return config;
}
