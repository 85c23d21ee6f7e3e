import type { Time } from '../machine/index.ts';
import { notPositive, notWhole, throwProblems } from '../text/index.ts';

/** The settings of a deployment. */
export interface ControlPlaneConfig {
  /** How often an agent is expected to send a heartbeat. */
  readonly heartbeatSecs: number;
  /** How many missed heartbeats make a host unreachable. */
  readonly missedHeartbeats: number;
  /** How many hosts outside any rollout to remember. Heartbeats from further ones are answered and forgotten. */
  readonly maxUnknownHosts: number;
  /**
   * Nothing is dispatched before this time; `null` means no limit. A runtime that starts with an empty database sets it
   * a little more than one heartbeat interval ahead: until it has heard from the agents, the control plane cannot know
   * which rollouts have failed and which hosts are in flight. If set, no host is dispatched before it has been heard. A
   * time more than ten heartbeat intervals ahead is ignored: the clock must have been set back.
   */
  readonly dispatchFrom: Time | null;
}

/** The specification's values: three missed heartbeats of 60 s. */
export const DEFAULT_CONFIG: ControlPlaneConfig = Object.freeze({
  heartbeatSecs: 60,
  missedHeartbeats: 3,
  maxUnknownHosts: 100_000,
  dispatchFrom: null,
});

/**
 * The default configuration with some values replaced.
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
