import type { Time } from '../machine/events.ts';
import type { HostRolloutSnapshot } from './host-rollout-snapshot.ts';

/** What an agent says of itself every 60 s (specification: wire, "Heartbeat"). */
export interface Heartbeat {
  readonly hostname: string;
  readonly rolloutId: string | null;
  /** The closure that the host runs now. */
  readonly currentClosure: string | null;
  /** By the agent's clock. */
  readonly at: Time;
  /** The agent's own records, those at an end included; empty from an older agent, which sends none. */
  readonly rollouts: readonly HostRolloutSnapshot[];
}
