import type { Fleet } from '../../fleet/index.ts';

/** The readable part of a scenario's fleet. */
export interface KnownFleet {
  readonly fleet: Fleet;
  /** Whether it is complete. If not, it is only for looking up names, and not for a run. */
  readonly isWhole: boolean;
  /** What is known about the fleet. One mistake must not cause reports of others. */
  readonly knows: FleetKnowledge;
}

export interface FleetKnowledge {
  readonly hosts: boolean;
  readonly channels: boolean;
  readonly tags: boolean;
  readonly waves: boolean;
}

export const KNOWS_ALL: FleetKnowledge = { hosts: true, channels: true, tags: true, waves: true };

/** Nothing could be read. */
export const UNKNOWN_FLEET: KnownFleet = {
  fleet: {
    schemaVersion: 1,
    hosts: new Map(),
    channels: new Map(),
    rolloutPolicies: new Map(),
    waves: new Map(),
    edges: [],
    channelEdges: [],
    disruptionBudgets: [],
    meta: { schemaVersion: 1, signedAt: null, ciCommit: null, signatureAlgorithm: null },
  },
  isWhole: false,
  knows: { hosts: false, channels: false, tags: false, waves: false },
};
