import type { Agent, AgentInput, AgentManifest } from '../agent/index.ts';
import type { SimulatedClock } from './clock.ts';
import type { ScheduledEvent } from './scheduled-event.ts';
import type { HostDisk } from './host-disk.ts';
import type { HostFaults } from './host-faults.ts';
import type { RandomStream } from './random-streams.ts';
import type { Durations } from './scenario.ts';
import type { Work } from './work.ts';

/** The `parkedAt` of a host whose poll the control plane does not hold. */
export const NOT_PARKED = -1;

/** A machine of the fleet with its agent, as seen by the rest of the simulation. */
export interface SimulatedHost {
  readonly index: number;
  readonly name: string;
  /** Its channel in the newest fleet file. */
  channel: string;
  readonly probeSet: number;
  /** How long things take on this host. */
  readonly durations: Durations;
  readonly clock: SimulatedClock;
  readonly disk: HostDisk;
  /** `null` while no agent runs. */
  readonly agent: Agent | null;
  /** Incremented with every start of the agent. Events that an earlier process scheduled are dropped. */
  readonly epoch: number;
  readonly isOn: boolean;
  /** Whether it is, or was, part of the fleet. */
  readonly hasJoined: boolean;
  /** The running closure. */
  readonly closure: string;
  /** The closure that the next reboot starts. */
  readonly bootClosure: string;
  /** The record of the active rollout. */
  manifest: AgentManifest | null;
  parkedAt: number;
  slowLinkMs: number;
  /** Kept here because every message draws from it. */
  readonly latencyRandom: RandomStream;
  /** A separate stream for heartbeats, so that their number changes nothing else. */
  readonly heartbeatRandom: RandomStream;
  faults: HostFaults | null;
  readonly work: Work | null;
  /** The running closure was not set by a worker of the agent, and no worker has ended since. */
  readonly wasSwitchedByHand: boolean;
  /** The last worker reported a closure that is not running. */
  readonly wasMisreported: boolean;
  readonly wasAnswered: boolean;
  later(afterMs: number, event: ScheduledEvent): void;
  feed(input: AgentInput): void;
  /** Kills the agent. Returns how many events were lost with the tail of the outbox. */
  crash(losesTail: boolean): number;
  setClock(skewMs: number, driftPpm: number): void;
  /** Erases everything the agent has written. */
  loseDisk(): void;
  /** Switches the machine to a closure by hand. */
  switchByHand(closure: string): void;
  startAgent(afterMs: number, rebooted: boolean): void;
  /** Turns the machine off for some time; `null` for good. */
  powerOff(offMs: number | null, losesTail: boolean): void;
  pollAgain(afterMs: number): void;
}
