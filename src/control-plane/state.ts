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

/** The one empty list. Not frozen: V8 allocates at every step of a loop over a frozen one. */
export const NOTHING: readonly never[] = [];

/**
 * Everything that the control plane knows. Immutable: handling an input makes a new value that shares what did not
 * change, at a cost that does not depend on the number of hosts. Read it through the
 * functions of `reads.ts`.
 */
export interface ControlPlane {
  readonly config: ControlPlaneConfig;
  /** The newest verified manifest of each channel. */
  readonly manifests: ReadonlyMap<string, RolloutManifest>;
  /** Where in `rollouts` a rollout id is. */
  readonly rolloutIndex: ReadonlyMap<string, number>;
  /** Every rollout ever opened, in that order, the pruned ones included. */
  readonly rollouts: Vector<Rollout>;
  /** The rollouts of each channel as indexes, oldest first. */
  readonly rolloutsOfChannel: ReadonlyMap<string, readonly number[]>;
  /** The rollouts that may still dispatch, as indexes, in order of their ids. */
  readonly dispatching: readonly number[];
  /** Where in `inFlight` the count of a selector is. */
  readonly selectorIndex: ReadonlyMap<string, number>;
  /** How many hosts of each selector count against its budget now. */
  readonly inFlight: readonly number[];
  /** The quarantined closures of each channel. */
  readonly quarantine: ReadonlyMap<string, ReadonlySet<string>>;
  readonly hosts: NameMap<FleetMember>;
  /**
   * When each of `hosts` was last heard, by its index; `-Infinity` if it never was. Kept out of the members, because
   * most heartbeats change nothing else.
   */
  readonly heardAt: Vector<Time>;
  /** How many of `hosts` belong to no rollout. */
  readonly unknownHosts: number;
  /** Whom to look after when, in no order. */
  readonly watch: readonly WatchSlot[];
}

/** A rollout with its hosts. */
export interface Rollout {
  /** What the manifest fixed when the rollout opened. */
  readonly plan: RolloutPlan;
  readonly record: RolloutRecord;
  /** In the plan's order; empty once the rollout is pruned. */
  readonly hosts: Vector<HostSlot>;
  /** One entry for each wave, and a last one for the hosts in none. */
  readonly waves: readonly WaveCount[];
  readonly converged: number;
  /** The hosts that a pass has to look at, by rank: Pending, not dispatched, not on the target, not quarantined. */
  readonly candidates: Bits;
  /** The hosts with an outstanding dispatch, by position. */
  readonly dispatched: Bits;
  /** What was last reported of each group of hosts that gate alike; `null` if nothing or nobody. */
  readonly holds: readonly (Hold | null)[];
  /** The hosts that came back to their group since the last pass, by rank: the group may have been reported without them. */
  readonly newcomers: Bits;
}

/** How far the hosts of one wave have come. */
export interface WaveCount {
  readonly hosts: number;
  /** Ordering-eligible: they no longer hold others back. */
  readonly eligible: number;
  /** Past activation: Soaking, or ordering-eligible. */
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
  /** The greatest `seq` that was synthesized, 0 if none was. */
  readonly synthesizedSeq: number;
  /** A gate that never lets go holds it, and it was reported. */
  readonly heldForGood: Hold | null;
  readonly numbers: EventNumbers;
  /** At the host's last heartbeat the record was behind its agent's, and no event of it was on its way. */
  readonly wasBehind: boolean;
}

/**
 * The dispatch of a record that is Pending: none was queued; it was queued and not acknowledged yet; it was taken back,
 * when the agent may have got it already. Once the record has left Pending it is `none`.
 */
export type DispatchStanding = 'none' | 'outstanding' | 'withdrawn';

/** What is known of a host whatever the rollout. */
export interface FleetMember {
  readonly hostname: string;
  /** Its index in `heardAt`. */
  readonly index: number;
  /** The closure that its last heartbeat named. */
  readonly runningClosure: string | null;
  /** The rollouts that its last heartbeat says it is at work on, and of which its record here says nothing yet. */
  readonly busyWith: readonly string[];
  readonly isUnreachable: boolean;
  /** It is in a slot of `watch`. */
  readonly isWatched: boolean;
  /** The rollouts it is part of, oldest first. */
  readonly places: readonly Place[];
}

export interface Place {
  /** Index of the rollout. */
  readonly rollout: number;
  /** Position of the host in it. */
  readonly position: number;
}

/** Hosts that have to be looked after at the same time. Each host that is watched is in one slot. */
export interface WatchSlot {
  readonly dueAt: Time;
  readonly hosts: Vector<WatchedHost>;
}

export interface WatchedHost {
  readonly hostname: string;
  readonly since: Time;
}
