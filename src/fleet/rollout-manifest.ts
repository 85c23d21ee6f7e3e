import type { RolloutPolicy } from '../machine/index.ts';
import type { ComplianceMode, Selector } from './fleet-manifest.ts';

/** The soak of a wave that the policy does not have. */
export const DEFAULT_SOAK_MINUTES = 60;

/** One host of a rollout. */
export interface RolloutHost {
  readonly hostname: string;
  /**
   * The index of the first of the channel's waves that lists the host; 0 if the channel declares no waves. If the host
   * is not staged, it is the number of waves, one past the last, so that code that ignores `staged` never dispatches
   * it.
   */
  readonly wave: number;
  /** `false` if the channel declares waves and the host is in none of them: it is never dispatched. */
  readonly staged: boolean;
  readonly targetClosure: string;
  /** How long the host must stay healthy: the soak of its wave in the policy, or 60 if the policy has no such wave. */
  readonly soakMinutes: number;
}

/** One wave of a rollout, with the same index as in the fleet file. */
export interface RolloutWave {
  /** The hosts of the rollout in this wave, sorted. Empty if none of its hosts has anything to roll out. */
  readonly hosts: readonly string[];
  /** The soak of this wave in the policy, or 60 if the policy has no such wave. */
  readonly soakMinutes: number;
}

/** A host of the rollout that waits for another host of the same rollout. */
export interface RolloutEdge {
  readonly gated: string;
  readonly gates: string;
  readonly reason: string | null;
}

/** A channel whose rollout must be Terminal before this rollout dispatches anything. */
export interface RolloutChannelEdge {
  readonly gates: string;
  readonly reason: string | null;
}

/** A disruption budget. It is resolved when the rollout is projected, and fixed for its life. */
export interface RolloutBudget {
  /** Canonical text of the selector, equal only for equal selectors. Budgets are matched by it across rollouts. */
  readonly selectorKey: string;
  readonly selector: Selector;
  /** One line for logs. */
  readonly summary: string;
  /** Every host of the fleet that the selector selects, on any channel, sorted. */
  readonly hosts: readonly string[];
  /** How many of them may be in flight at once; `null` means no limit. */
  readonly limit: number | null;
}

/**
 * The rollout of one channel ref to one channel: everything that the control plane needs from the fleet file
 * (specification: fleet-manifest, "From a fleet to a rollout"). Plain data that does not depend on the order of hosts,
 * tags, edges and budgets in the file.
 */
export interface RolloutManifest {
  /** `{channel}@{channelRef}`. */
  readonly rolloutId: string;
  readonly channel: string;
  readonly channelRef: string;
  readonly policyName: string;
  readonly policy: RolloutPolicy;
  /** Sorted by name. Empty if no host of the channel has a closure: then no rollout is opened. */
  readonly hosts: readonly RolloutHost[];
  /** In order. Empty if the channel declares none: then every host is in wave 0. */
  readonly waves: readonly RolloutWave[];
  /** Edges between two hosts of this rollout, sorted by `gated`, then `gates`. */
  readonly edges: readonly RolloutEdge[];
  /** Sorted by `gates`. */
  readonly channelEdges: readonly RolloutChannelEdge[];
  /** Every budget of the fleet, one per selector, sorted by `selectorKey`. */
  readonly budgets: readonly RolloutBudget[];
  readonly complianceMode: ComplianceMode;
  /** How long after it was signed agents act on the manifest. */
  readonly freshnessMinutes: number;
}
