import type { ComplianceMode, FleetEdge, FleetWave } from '../fleet/index.ts';
import type { HealthFailurePolicy } from '../machine/index.ts';

/** A short description of a fleet. `fleetJson` turns it into a fleet file. */
export interface FleetSketch {
  readonly ref: string;
  readonly channels: readonly ChannelSketch[];
  readonly budgets: readonly BudgetSketch[];
  readonly edges: readonly FleetEdge[];
}

export interface HostSketch {
  readonly name: string;
  readonly tags: readonly string[];
}

export interface ChannelSketch {
  readonly name: string;
  readonly hosts: readonly HostSketch[];
  /** Empty: the channel declares no waves. */
  readonly waves: readonly FleetWave[];
  readonly onHealthFailure: HealthFailurePolicy;
  /** The channels that this one waits for. */
  readonly waitsFor: readonly string[];
  readonly compliance: ComplianceMode;
  /** How long agents act on a manifest after it was signed; absent for four hours. */
  readonly freshnessMinutes?: number;
}

/** What a budget selects; any rule selects. */
export interface BudgetSketch {
  readonly all: boolean;
  readonly channel: string | null;
  readonly hosts: readonly string[];
  readonly tags: readonly string[];
  readonly maxInFlight: number | null;
  readonly maxInFlightPct: number | null;
}

export const DEFAULT_FRESHNESS_MINUTES = 240;

/**
 * The sketch as `fleet.resolved.json`. Every channel has its own policy. For a channel without waves, the policy has one
 * wave, which holds the soak. The closure of each host is generated for this release.
 */
export function fleetJson(
  sketch: FleetSketch,
  soakWithoutWavesMinutes: ReadonlyMap<string, number> = new Map(),
): unknown {
  const nothing = { tags: [], tagsAny: [], hosts: [], channel: null, all: false };
  return {
    schemaVersion: 1,
    // `fromEntries` defines its properties, so a host may have any name.
    hosts: Object.fromEntries(
      sketch.channels.flatMap((channel) =>
        channel.hosts.map(({ name, tags }) => [
          name,
          {
            system: 'x86_64-linux',
            tags,
            channel: channel.name,
            closureHash: releasedClosure(name, sketch.ref),
            pubkey: null,
          },
        ]),
      ),
    ),
    channels: Object.fromEntries(
      sketch.channels.map(({ name, compliance, freshnessMinutes = DEFAULT_FRESHNESS_MINUTES }) => [
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
      sketch.channels.map(({ name, waves, onHealthFailure }) => {
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
      sketch.channels.filter(({ waves }) => waves.length > 0).map(({ name, waves }) => [name, waves]),
    ),
    edges: sketch.edges,
    channelEdges: sketch.channels.flatMap(({ name, waitsFor }) => waitsFor.map((gates) => ({ gated: name, gates }))),
    disruptionBudgets: sketch.budgets.map(({ all, channel, hosts, tags, maxInFlight, maxInFlightPct }) => ({
      selector: { ...nothing, all, channel, hosts, tags },
      maxInFlight,
      maxInFlightPct,
    })),
    meta: { schemaVersion: 1, signedAt: null, ciCommit: sketch.ref },
  };
}

/** The closure of a host in a generated release. */
export function releasedClosure(hostname: string, ref: string): string {
  return `${hostname}-${ref}`;
}

/** Splits `hosts` into `count` waves of growing size. */
export function waveSizes(hosts: number, count: number): readonly number[] {
  const sizes: number[] = [];
  let left = hosts;
  for (let wave = 0; wave < count; wave += 1) {
    // Each wave is about three times as large as the previous one: 13 hosts are 1, 3 and 9.
    const share = (2 * left) / (3 ** (count - wave) - 1);
    const size = wave === count - 1 ? left : Math.min(left, Math.max(1, Math.round(share)));
    sizes.push(size);
    left -= size;
  }
  return sizes;
}
