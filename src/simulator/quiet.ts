import type { AgentEffectOf } from '../agent/index.ts';
import type { HostHeard } from '../control-plane/index.ts';
import type { SimulatedHost } from './simulated-host.ts';

/** Which heartbeats are left out, as the nodes and the network ask for it, and what they tell of it. */
export interface Quiet {
  /** From one heartbeat to the next. */
  readonly intervalMs: number;
  /** Whether the host falls silent with this tick, at which a heartbeat is due that is left out. */
  fallsSilent(node: SimulatedHost): boolean;
  /** Whether the heartbeat that the agent sends now is left out. */
  leavesOut(node: SimulatedHost, heartbeat: AgentEffectOf<'SendHeartbeat'>): boolean;
  /** The control plane made nothing of the host's heartbeat, and answers; it may ask to be sent events again. */
  noteHeard(node: SimulatedHost, asksForReplay: boolean): void;
  /** The agent was given the answer, or there is nothing in it. */
  noteAnswered(node: SimulatedHost): void;
  /** The agent did something. */
  noteChange(node: SimulatedHost): void;
  /** Something may come of the host's next heartbeat. */
  wake(node: SimulatedHost): void;
  /** What the control plane has to know before its next pass, which asks when hosts were heard. */
  heardOfLate(): readonly HostHeard[];
}
