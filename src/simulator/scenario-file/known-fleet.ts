import type { Fleet } from '../../fleet/index.ts';

/** The fleet of a scenario as far as it could be read. */
export interface KnownFleet {
  readonly fleet: Fleet;
  /** Whether all that the file says about it is in it. If not, it is for looking names up, and no run can have it. */
  readonly isWhole: boolean;
  /** What the fleet can be asked about; a mistake must not be told because of another one. */
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
