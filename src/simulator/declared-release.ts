import type { ComplianceMode, DisruptionBudget, Fleet, FleetEdge } from '../fleet/index.ts';
import type { HealthFailurePolicy } from '../machine/index.ts';

/** The part of a fleet file that rollouts depend on, as plain data for JSON. Lists are in order of name. */
export interface DeclaredFleet {
  readonly hosts: readonly {
    readonly hostname: string;
    readonly channel: string;
    readonly tags: readonly string[];
    readonly closureHash: string | null;
    readonly isPinned: boolean;
  }[];
  readonly channels: readonly {
    readonly channel: string;
    readonly rolloutPolicy: string;
    readonly complianceMode: ComplianceMode;
    readonly freshnessWindow: number;
    /** The hosts of each wave, as listed. */
    readonly waves: readonly (readonly string[])[];
  }[];
  readonly policies: readonly {
    readonly name: string;
    readonly onHealthFailure: HealthFailurePolicy;
    /** By wave. */
    readonly soakMinutes: readonly number[];
  }[];
  readonly edges: readonly FleetEdge[];
  readonly channelEdges: readonly FleetEdge[];
  readonly disruptionBudgets: readonly Pick<DisruptionBudget, 'selector' | 'maxInFlight' | 'maxInFlightPct'>[];
}

/** What the manifests of a release were made from. */
export interface DeclaredRelease {
  readonly fleet: DeclaredFleet;
  readonly ref: string;
  /** New closures, by host. */
  readonly closures: readonly (readonly [hostname: string, closure: string])[];
}

/** Releases of one fleet share its declaration. */
const declared = new WeakMap<Fleet, DeclaredFleet>();

export function declaredRelease(fleet: Fleet, ref: string, closures: ReadonlyMap<string, string>): DeclaredRelease {
  let known = declared.get(fleet);
  if (known === undefined) declared.set(fleet, (known = declaredFleet(fleet)));
  return { fleet: known, ref, closures: [...closures] };
}

function declaredFleet(fleet: Fleet): DeclaredFleet {
  const { edges, channelEdges } = fleet;
  return {
    hosts: Array.from(fleet.hosts, ([hostname, { channel, tags, closureHash, pin }]) => ({
      hostname,
      channel,
      tags,
      closureHash,
      isPinned: pin !== null,
    })),
    channels: Array.from(fleet.channels, ([channel, { rolloutPolicy, compliance, freshnessWindow }]) => ({
      channel,
      rolloutPolicy,
      complianceMode: compliance.mode,
      freshnessWindow,
      waves: (fleet.waves.get(channel) ?? []).map(({ hosts }) => hosts),
    })),
    policies: Array.from(fleet.rolloutPolicies, ([name, { onHealthFailure, waves }]) => ({
      name,
      onHealthFailure,
      soakMinutes: waves.map(({ soakMinutes }) => soakMinutes),
    })),
    edges,
    channelEdges,
    disruptionBudgets: fleet.disruptionBudgets.map(({ selector, maxInFlight, maxInFlightPct }) => ({
      selector,
      maxInFlight,
      maxInFlightPct,
    })),
  };
}
