import type { HostRolloutSnapshot } from './host-rollout-snapshot.ts';

/** What the control plane answers to a heartbeat (specification: wire, "Heartbeat"). */
export interface HeartbeatAnswer {
  /** The agent sends again every event after this `seq`; `null` asks for nothing. 0 asks for all. */
  readonly replayFrom: number | null;
  readonly bootstrapRollouts: readonly HostRolloutSnapshot[];
}
