import type { HealthFailurePolicy, Time } from '../machine/index.ts';

/** What a channel does with failing compliance evidence: ignore it, record it, or hold later waves back. */
export type ComplianceMode = 'disabled' | 'permissive' | 'enforce';

/** The name of a policy's strategy, only for display: the waves decide. */
export type RolloutStrategy = 'canary' | 'all-at-once' | 'staged';

/**
 * Selects hosts: any member that fires selects the host (specification: fleet-manifest, SELECTOR). A member that the
 * file leaves out does not fire. Lists are sorted and have no repetitions, so that two selectors with the same meaning
 * are equal.
 */
export interface Selector {
  readonly all: boolean;
  readonly channel: string | null;
  readonly hosts: readonly string[];
  /** Fires for a host that carries every one of them; an empty list never fires. */
  readonly tags: readonly string[];
  /** Fires for a host that carries any of them. */
  readonly tagsAny: readonly string[];
}

/** Members of a selector that only the builder reads. It resolves them for waves, but not for budgets. */
export type UnreadRule = 'and' | 'not';

/** A host in a release. */
export interface FleetHost {
  readonly system: string;
  /** Sorted, without repetitions. */
  readonly tags: readonly string[];
  readonly channel: string;
  /** The closure that this release builds for the host; `null` if there is nothing to roll out. */
  readonly closureHash: string | null;
  readonly pubkey: string | null;
  /** As in the file, or `null`. A pinned host keeps its closure, and no rollout includes it. */
  readonly pin: FleetJsonObject | null;
}

/** The compliance mode of a channel, and its frameworks. */
export interface Compliance {
  /** In older files, `strict: true` means `enforce`, and `strict: false` means `permissive`. */
  readonly mode: ComplianceMode;
  readonly frameworks: readonly string[];
}

/** A named line of releases. Every host follows exactly one. */
export interface FleetChannel {
  /** The name of one of `rolloutPolicies`. */
  readonly rolloutPolicy: string;
  readonly reconcileIntervalMinutes: number;
  /** How long a signed manifest counts as fresh, in minutes. */
  readonly freshnessWindow: number;
  readonly signingIntervalMinutes: number;
  readonly compliance: Compliance;
}

/** A wave of a policy. Its soak applies to the channel's wave with the same index. */
export interface PolicyWave {
  readonly selector: Selector;
  readonly soakMinutes: number;
}

/** A rollout policy, for the channels that name it. */
export interface FleetPolicy {
  readonly strategy: RolloutStrategy;
  readonly waves: readonly PolicyWave[];
  /** As in the file, uninterpreted. */
  readonly healthGate: FleetJsonObject;
  readonly onHealthFailure: HealthFailurePolicy;
}

/** One wave of a channel, as in the file. */
export interface FleetWave {
  /**
   * May list hosts of other channels, which do not count, and hosts of an earlier wave, which stay in that one: the
   * builder resolves selectors over all hosts of the fleet.
   */
  readonly hosts: readonly string[];
  /** The builder's copy of the policy's soak. The policy's applies. */
  readonly soakMinutes: number;
}

/** `gated` waits for `gates`: two hosts in `edges`, two channels in `channelEdges`. */
export interface FleetEdge {
  readonly gated: string;
  readonly gates: string;
  readonly reason: string | null;
}

/** How many hosts of a selector may be in flight at once. A `null` limit does not apply. */
export interface DisruptionBudget {
  readonly selector: Selector;
  /** Selector members that a control plane does not read. Reported, never applied. */
  readonly unreadRules: readonly UnreadRule[];
  readonly maxInFlight: number | null;
  /** A percentage of the selected hosts, from 0 to 100. */
  readonly maxInFlightPct: number | null;
}

/** The origin of the file. */
export interface FleetMeta {
  readonly schemaVersion: number;
  readonly signedAt: Time | null;
  /** The default channel ref of every channel. */
  readonly ciCommit: string | null;
  readonly signatureAlgorithm: string | null;
}

/**
 * A decoded and validated `fleet.resolved.json` (specification: fleet-manifest). Optional and older forms are
 * normalised to this shape. Maps are in order of name, by code unit, whatever the order in the file.
 */
export interface Fleet {
  readonly schemaVersion: number;
  readonly hosts: ReadonlyMap<string, FleetHost>;
  readonly channels: ReadonlyMap<string, FleetChannel>;
  readonly rolloutPolicies: ReadonlyMap<string, FleetPolicy>;
  /** By channel. A channel that declares no waves may be absent or have an empty list. */
  readonly waves: ReadonlyMap<string, readonly FleetWave[]>;
  readonly edges: readonly FleetEdge[];
  readonly channelEdges: readonly FleetEdge[];
  readonly disruptionBudgets: readonly DisruptionBudget[];
  readonly meta: FleetMeta;
}

/** An object of the file that is passed on as it is. */
export type FleetJsonObject = Readonly<Record<string, unknown>>;
