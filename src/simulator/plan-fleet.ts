import type { ComplianceMode } from '../fleet/index.ts';
import type { HealthFailurePolicy } from '../machine/index.ts';

/** A fleet in the few words that a person would use for it; `fleetJson` makes a fleet file of it. */
export interface FleetPlan {
  readonly ref: string;
  readonly channels: readonly ChannelPlan[];
  readonly budgets: readonly BudgetPlan[];
  readonly edges: readonly EdgePlan[];
}

export interface HostPlan {
  readonly name: string;
  readonly tags: readonly string[];
}

export interface ChannelPlan {
  readonly name: string;
  readonly hosts: readonly HostPlan[];
  /** Empty: the channel declares no waves. */
  readonly waves: readonly WavePlan[];
  readonly onHealthFailure: HealthFailurePolicy;
  /** The channels that this one waits for. */
  readonly waitsFor: readonly string[];
  readonly compliance: ComplianceMode;
  /** How long agents act on a manifest after it was signed; absent for four hours. */
  readonly freshnessMinutes?: number;
}

export interface WavePlan {
  readonly hosts: readonly string[];
  readonly soakMinutes: number;
}

/** What a budget selects; any rule selects. */
export interface BudgetPlan {
  readonly all: boolean;
  readonly channel: string | null;
  readonly hosts: readonly string[];
  readonly tags: readonly string[];
  readonly maxInFlight: number | null;
  readonly maxInFlightPct: number | null;
}

export interface EdgePlan {
  readonly gated: string;
  readonly gates: string;
  readonly reason: string | null;
}

export const DEFAULT_FRESHNESS_MINUTES = 240;

/**
 * The plan as `fleet.resolved.json`. Every channel has a policy of its own; a channel without waves has one wave in its
 * policy, for the soak. The closure of a host is generated for this release.
 */
export function fleetJson(plan: FleetPlan, soakWithoutWavesMinutes: ReadonlyMap<string, number> = new Map()): unknown {
  const nothing = { tags: [], tagsAny: [], hosts: [], channel: null, all: false };
  return {
    schemaVersion: 1,
    // `fromEntries` defines what it is given, so that a host may have any name.
    hosts: Object.fromEntries(
      plan.channels.flatMap((channel) =>
        channel.hosts.map(({ name, tags }) => [
          name,
          {
            system: 'x86_64-linux',
            tags,
            channel: channel.name,
            closureHash: releasedClosure(name, plan.ref),
            pubkey: null,
          },
        ]),
      ),
    ),
    channels: Object.fromEntries(
      plan.channels.map(({ name, compliance, freshnessMinutes = DEFAULT_FRESHNESS_MINUTES }) => [
        name,
        {
          rolloutPolicy: name,
          reconcileIntervalMinutes: 5,
          freshnessWindow: freshnessMinutes,
          signingIntervalMinutes: Math.min(60, freshnessMinutes / 2),
          compliance: { mode: compliance, frameworks: [] },
        },
      ]),
    ),
    rolloutPolicies: Object.fromEntries(
      plan.channels.map(({ name, waves, onHealthFailure }) => {
        const soaks =
          waves.length > 0 ? waves.map(({ soakMinutes }) => soakMinutes) : [soakWithoutWavesMinutes.get(name) ?? 10];
        return [
          name,
          {
            strategy: waves.length > 1 ? 'staged' : 'all-at-once',
            waves: soaks.map((soakMinutes) => ({ selector: { ...nothing, channel: name }, soakMinutes })),
            healthGate: {},
            onHealthFailure,
          },
        ];
      }),
    ),
    waves: Object.fromEntries(
      plan.channels.filter(({ waves }) => waves.length > 0).map(({ name, waves }) => [name, waves]),
    ),
    edges: plan.edges,
    channelEdges: plan.channels.flatMap(({ name, waitsFor }) => waitsFor.map((gates) => ({ gated: name, gates }))),
    disruptionBudgets: plan.budgets.map(({ all, channel, hosts, tags, maxInFlight, maxInFlightPct }) => ({
      selector: { ...nothing, all, channel, hosts, tags },
      maxInFlight,
      maxInFlightPct,
    })),
    meta: { schemaVersion: 1, signedAt: null, ciCommit: plan.ref },
  };
}

/** What a generated release brings to a host. */
export function releasedClosure(hostname: string, ref: string): string {
  return `${hostname}-${ref}`;
}

/** How many hosts each of `count` waves has: few at first, then more, all of them together `hosts`. */
export function waveSizes(hosts: number, count: number): readonly number[] {
  const sizes: number[] = [];
  let left = hosts;
  for (let wave = 0; wave < count; wave += 1) {
    // Each later wave is about three times the one before it: 1, 3, 9 of 13.
    const share = (2 * left) / (3 ** (count - wave) - 1);
    const size = wave === count - 1 ? left : Math.min(left, Math.max(1, Math.round(share)));
    sizes.push(size);
    left -= size;
  }
  return sizes;
}
