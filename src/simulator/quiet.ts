import type { AgentEffectOf } from '../agent/index.ts';
import type { HostHeard } from '../control-plane/index.ts';
import type { SimulatedHost } from './simulated-host.ts';

/** Which heartbeats are left out, as the nodes ask for it, and what they tell of their own. */
export interface Quiet {
  /** From one heartbeat to the next. */
  readonly intervalMs: number;
  /** Whether the host falls silent with this tick: its heartbeat is left out, and so are its next ticks. */
  fallsSilent(node: SimulatedHost): boolean;
  /** Whether the heartbeat that the agent sends now is left out. */
  leavesOut(node: SimulatedHost, heartbeat: AgentEffectOf<'SendHeartbeat'>): boolean;
  /** The host's heartbeat changed nothing in the control plane, which answers; it may ask to be sent events again. */
  noteHeard(node: SimulatedHost, asksForReplay: boolean): void;
  /** The agent was given the answer, or there is nothing in it. */
  noteAnswered(node: SimulatedHost): void;
  /** An input changed the agent, or made it do something: if it was the answer, so will the next one. */
  noteChange(node: SimulatedHost): void;
  /** The host's next heartbeat may change something. */
  wake(node: SimulatedHost): void;
  /** What the control plane has to know before its next pass, which asks when hosts were heard. */
  heardOfLate(): readonly HostHeard[];
}
