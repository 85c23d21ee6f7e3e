import type { Agent, AgentInput, AgentManifest } from '../agent/index.ts';
import type { SimulatedClock } from './clock.ts';
import type { Happening } from './happenings.ts';
import type { HostDisk } from './host-disk.ts';
import type { HostFaults } from './host-faults.ts';
import type { RandomStream } from './random-streams.ts';
import type { Durations } from './scenario.ts';
import type { Work } from './work.ts';

/** The `parkedAt` of a host whose poll the control plane does not hold. */
export const NOT_PARKED = -1;

/** A machine of the fleet with its agent, as the rest of the world sees it and acts on it. */
export interface SimulatedHost {
  readonly index: number;
  readonly name: string;
  /** The channel that the newest fleet file has it on. */
  channel: string;
  readonly probeSet: number;
  /** How long things take on this host. */
  readonly durations: Durations;
  clock: SimulatedClock;
  readonly disk: HostDisk;
  /** `null` while no agent runs. */
  readonly agent: Agent | null;
  /** Rises with every life of the agent; what an earlier life arranged is dropped. */
  readonly epoch: number;
  readonly isOn: boolean;
  /** It is part of the fleet, or was. */
  readonly hasJoined: boolean;
  /** What runs now. */
  readonly closure: string;
  /** What the next reboot starts. */
  readonly bootClosure: string;
  /** Of the rollout that was asked about last. */
  manifest: AgentManifest | null;
  parkedAt: number;
  slowLinkMs: number;
  /** Drawn from at every message, and kept here because it is. */
  readonly latencyRandom: RandomStream;
  /** Of heartbeats alone: how often they are sent changes nothing else. */
  readonly heartbeatRandom: RandomStream;
  faults: HostFaults | null;
  readonly work: Work | null;
  /** What runs was set by somebody else than a worker of the agent, and no worker has ended since. */
  readonly wasSwitchedByHand: boolean;
  /** The worker that ended last reported a closure that does not run. */
  readonly wasMisreported: boolean;
  readonly wasAnswered: boolean;
  later(afterMs: number, happening: Happening): void;
  feed(input: AgentInput): void;
  /** The agent is gone. Returns how many events were lost with the tail of the outbox. */
  crash(losesTail: boolean): number;
  /** What the agent has written is gone. */
  loseDisk(): void;
  /** Somebody, or another tool, makes the machine run this. */
  switchByHand(closure: string): void;
  startAgent(afterMs: number, rebooted: boolean): void;
  /** Off for so long; `null`: for good. */
  powerOff(offMs: number | null, losesTail: boolean): void;
  pollAgain(afterMs: number): void;
}
