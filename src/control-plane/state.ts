import type { RolloutManifest } from '../fleet/index.ts';
import type { HostRolloutState, Time } from '../machine/index.ts';
import type { RolloutRecord } from '../rollout/index.ts';
import type { Bits } from './bits.ts';
import type { ControlPlaneConfig } from './config.ts';
import type { EventNumbers } from './event-numbers.ts';
import type { Hold } from './gates/hold.ts';
import type { NameMap } from './name-map.ts';
import type { RolloutPlan } from './rollout-plan.ts';
import type { Vector } from './vector.ts';

/**
 * The state of the control plane. Immutable: handling an input makes a new value that shares what did not change, at a
 * cost that does not depend on the number of hosts. Read it with the functions of `reads.ts`.
 */
export interface ControlPlane {
  readonly config: ControlPlaneConfig;
  /** The newest verified manifest of each channel. */
  readonly manifests: ReadonlyMap<string, RolloutManifest>;
  /** The index of each rollout id in `rollouts`. */
  readonly rolloutIndex: ReadonlyMap<string, number>;
  /** Every rollout in the order of opening, including pruned ones. */
  readonly rollouts: Vector<Rollout>;
  /** The indexes of each channel's rollouts, oldest first. */
  readonly rolloutsOfChannel: ReadonlyMap<string, readonly number[]>;
  /** The indexes of the rollouts that may still dispatch, in order of rollout id. */
  readonly dispatching: readonly number[];
  /** The index of each selector in `inFlight`. */
  readonly selectorIndex: ReadonlyMap<string, number>;
  /** How many hosts of each selector count against its budgets. */
  readonly inFlight: readonly number[];
  /** The quarantined closures of each channel. */
  readonly quarantine: ReadonlyMap<string, ReadonlySet<string>>;
  readonly hosts: NameMap<FleetMember>;
  /**
   * When each host was last heard, by `FleetMember.index`; `-Infinity` if never. Not part of the members, because most
   * heartbeats change nothing else.
   */
  readonly heardAt: Vector<Time>;
  /** How many of `hosts` are in no rollout. */
  readonly unknownHosts: number;
  /** When to check which hosts for silence, in no particular order. */
  readonly watch: readonly WatchSlot[];
}

/** A rollout with its hosts. */
export interface Rollout {
  /** Fixed by the manifest when the rollout opened. */
  readonly plan: RolloutPlan;
  readonly record: RolloutRecord;
  /** In the plan's order; empty once the rollout is pruned. */
  readonly hosts: Vector<HostSlot>;
  /** One entry per wave, and a last one for the hosts in none. */
  readonly waves: readonly WaveCount[];
  readonly converged: number;
  /**
   * The ranks of the hosts that a pass must look at: Pending, not dispatched, not on the target, not held for good.
   */
  readonly candidates: Bits;
  /** The positions of the hosts with an outstanding dispatch. */
  readonly dispatched: Bits;
  /** The hold that was last reported for each group; `null` if none. */
  readonly holds: readonly (Hold | null)[];
  /**
   * The ranks of the hosts that became candidates since the last pass. Their group may have been reported without them.
   */
  readonly newcomers: Bits;
}

/** The progress of the hosts of one wave. */
export interface WaveCount {
  readonly hosts: number;
  /** Ordering-eligible hosts: they no longer hold others back. */
  readonly eligible: number;
  /** Hosts past activation: Soaking, or ordering-eligible. */
  readonly through: number;
  /** Outstanding failures of enforce probes. */
  readonly failures: number;
}

/** One host of one rollout: its record, and what the control plane keeps beside it. */
export interface HostSlot {
  readonly record: HostRolloutState;
  readonly dispatch: DispatchStanding;
  /** Outstanding failures of each failing enforce probe; `null` if there are none. */
  readonly failures: ReadonlyMap<string, number> | null;
  /** The greatest synthesized `seq`; 0 if none. */
  readonly synthesizedSeq: number;
  /** The reported hold of a gate that holds the host for good; `null` if there is none. */
  readonly heldForGood: Hold | null;
  readonly numbers: EventNumbers;
  /** At the host's last heartbeat, the record was behind its agent's, and no event was on its way. */
  readonly wasBehind: boolean;
}

/**
 * The dispatch of a Pending record: not queued; queued and not acknowledged; or withdrawn, perhaps after the agent got
 * it. Once the record has left Pending, it is `none`.
 */
export type DispatchStanding = 'none' | 'outstanding' | 'withdrawn';

/** What is known about a host across all rollouts. */
export interface FleetMember {
  readonly hostname: string;
  /** Its index in `heardAt`. */
  readonly index: number;
  /** The closure in its last heartbeat. */
  readonly runningClosure: string | null;
  /** The rollouts that it works on according to its last heartbeat, but not according to its records here. */
  readonly busyWith: readonly string[];
  readonly isUnreachable: boolean;
  /** Whether it is in a slot of `watch`. */
  readonly isWatched: boolean;
  /** The rollouts that it is part of, oldest first. */
  readonly places: readonly Place[];
}

export interface Place {
  /** Index of the rollout. */
  readonly rollout: number;
  /** Position of the host in it. */
  readonly position: number;
}

/** Hosts to check for silence at the same time. Each watched host is in one slot. */
export interface WatchSlot {
  readonly dueAt: Time;
  readonly hosts: Vector<WatchedHost>;
}

export interface WatchedHost {
  readonly hostname: string;
  readonly since: Time;
}
