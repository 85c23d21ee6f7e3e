import { decodeFleet, type Fleet } from '../../../src/fleet/index.ts';
import { DEFAULT_PLAN_DURATIONS, makePlan, type Plan, type PlanInput } from '../../../src/plan/index.ts';
import { always, DEFAULT_DURATIONS } from '../../../src/simulator/index.ts';

/** A fleet of one or more channels, in the few values that plans depend on. */
export interface FleetSketch {
  /** The number of hosts in each wave, by channel. */
  readonly channels: Readonly<Record<string, readonly (readonly string[])[]>>;
  readonly release: string;
  readonly soaks?: readonly number[];
  /** The limit of a budget for all hosts; absent for none. */
  readonly budget?: number;
  readonly edges?: readonly { readonly gated: string; readonly gates: string }[];
  readonly channelEdges?: readonly { readonly gated: string; readonly gates: string }[];
  readonly onHealthFailure?: 'halt' | 'rollback-and-halt';
  readonly freshnessWindow?: number;
  readonly tags?: Readonly<Record<string, readonly string[]>>;
}

const NOTHING = { tags: [], tagsAny: [], hosts: [], channel: null, all: false };

export function fleetText(sketch: FleetSketch): string {
  const { channels, release, soaks = [10, 10, 10], edges = [], channelEdges = [], tags = {} } = sketch;
  const names = Object.keys(channels);
  return JSON.stringify({
    schemaVersion: 1,
    hosts: Object.fromEntries(
      names.flatMap((channel) =>
        (channels[channel] ?? []).flat().map((hostname) => [
          hostname,
          {
            system: 'x86_64-linux',
            tags: tags[hostname] ?? [],
            channel,
            closureHash: `${hostname}-${release}`,
            pubkey: null,
          },
        ]),
      ),
    ),
    channels: Object.fromEntries(
      names.map((channel) => [
        channel,
        {
          rolloutPolicy: 'usual',
          reconcileIntervalMinutes: 5,
          freshnessWindow: sketch.freshnessWindow ?? 240,
          signingIntervalMinutes: 10,
          compliance: { mode: 'disabled', frameworks: [] },
        },
      ]),
    ),
    rolloutPolicies: {
      usual: {
        strategy: 'staged',
        waves: soaks.map((soakMinutes) => ({ selector: { ...NOTHING, all: true }, soakMinutes })),
        healthGate: {},
        onHealthFailure: sketch.onHealthFailure ?? 'rollback-and-halt',
      },
    },
    waves: Object.fromEntries(
      names.map((channel) => [
        channel,
        (channels[channel] ?? []).map((hosts, wave) => ({ hosts, soakMinutes: soaks[wave] ?? 60 })),
      ]),
    ),
    edges,
    channelEdges,
    disruptionBudgets:
      sketch.budget === undefined
        ? []
        : [{ selector: { ...NOTHING, all: true }, maxInFlight: sketch.budget, maxInFlightPct: null }],
    meta: { schemaVersion: 1, signedAt: null, ciCommit: release },
  });
}

export function fleetOf(sketch: FleetSketch): Fleet {
  const decoded = decodeFleet(fleetText(sketch));
  if (!decoded.ok) throw new Error(decoded.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  return decoded.fleet;
}

/** The input of a plan for only a fleet. */
export function inputOf(next: Fleet): PlanInput {
  return {
    next,
    running: null,
    ref: null,
    seed: 1,
    startAt: null,
    durations: DEFAULT_PLAN_DURATIONS,
    log: null,
    warnings: [],
  };
}

/** A plan in which every duration is fixed. */
export function planOf(next: FleetSketch, running: FleetSketch | null = null, more: Partial<PlanInput> = {}): Plan {
  const made = makePlan({
    ...inputOf(fleetOf(next)),
    running: running === null ? null : fleetOf(running),
    durations: { ...DEFAULT_PLAN_DURATIONS, durations: { ...DEFAULT_DURATIONS, activation: always(60_000) } },
    ...more,
  });
  if (!made.ok) throw new Error(made.problems.map(({ message }) => message).join('\n'));
  return made.plan;
}

export const MINUTE_MS = 60_000;
