import { decodeFleet, type Fleet } from '../fleet/index.ts';
import { byCodeUnit } from '../text/index.ts';
import { fleetJson, waveSizes, type ChannelSketch, type FleetSketch, type HostSketch } from './fleet-sketch.ts';
import { RandomStreams } from './random-streams.ts';

/** A generated fleet goes through the reader of fleet files, which holds every host in memory several times. */
export const MAX_FLEET_HOSTS = 200_000;
/** The largest number of waves in a generated fleet. */
export const MAX_GENERATED_WAVES = 1000;

/** The shape of a generated fleet. */
export interface GeneratedFleetOptions {
  readonly hosts: number;
  /** How many waves the main channel has. */
  readonly waves: number;
  readonly seed: number;
}

interface KindOfHost {
  readonly tag: string;
  /** Its share of the fleet. */
  readonly weight: number;
}

const KINDS: readonly KindOfHost[] = [
  { tag: 'web', weight: 8 },
  { tag: 'api', weight: 5 },
  { tag: 'worker', weight: 5 },
  { tag: 'cache', weight: 2 },
];
const ZONES = ['zone-a', 'zone-b', 'zone-c'] as const;
const TOTAL_WEIGHT = KINDS.reduce((sum, { weight }) => sum + weight, 0);
const SMALLEST_WITH_EDGE_CHANNEL = 10;

/**
 * A typical fleet: a small `edge` channel that goes first, a `stable` one with growing waves, kinds of hosts by tag,
 * three zones, and budgets. The same options give the same fleet. A host's properties depend only on the seed and its
 * number.
 */
export function generateFleet(options: GeneratedFleetOptions): Fleet {
  const decoded = decodeFleet(fleetJson(sketchFleet(options)));
  if (decoded.ok) return decoded.fleet;
  throw new Error(`The generated fleet is not valid: ${decoded.problems[0]?.message ?? ''}`);
}

function sketchFleet({ hosts, waves, seed }: GeneratedFleetOptions): FleetSketch {
  if (!Number.isSafeInteger(hosts) || hosts < 1)
    throw new RangeError(`hosts: expected a whole number from 1, got ${hosts}.`);
  if (!Number.isSafeInteger(waves) || waves < 1)
    throw new RangeError(`waves: expected a whole number from 1, got ${waves}.`);
  const all = generateHosts(hosts, seed);
  const edgeCount = hosts < SMALLEST_WITH_EDGE_CHANNEL ? 0 : Math.max(2, Math.floor(hosts / 20));
  const channels = [
    ...(edgeCount > 0 ? [channelOf('edge', all.slice(0, edgeCount), Math.min(waves, 2), 5, [])] : []),
    channelOf('stable', all.slice(edgeCount), waves, 10, edgeCount > 0 ? ['edge'] : []),
  ];
  return {
    ref: 'release-1',
    channels,
    budgets: KINDS.filter(({ tag }) => all.some(({ tags }) => tags.includes(tag))).map(({ tag }) => ({
      all: false,
      channel: null,
      hosts: [],
      tags: [tag],
      maxInFlight: null,
      maxInFlightPct: 25,
    })),
    edges: [],
  };
}

function channelOf(
  name: string,
  hosts: readonly HostSketch[],
  waves: number,
  soakMinutes: number,
  waitsFor: readonly string[],
): ChannelSketch {
  const count = Math.min(waves, hosts.length);
  let from = 0;
  const members = waveSizes(hosts.length, count).map((size) =>
    hosts.slice(from, (from += size)).map(({ name }) => name),
  );
  return {
    name,
    hosts,
    waves: members.map((hostnames, wave) => ({
      hosts: [...hostnames].sort(byCodeUnit),
      soakMinutes: soakMinutes + 5 * wave,
    })),
    onHealthFailure: 'rollback-and-halt',
    waitsFor,
    compliance: 'disabled',
  };
}

function generateHosts(count: number, seed: number): readonly HostSketch[] {
  const streams = new RandomStreams<'kind'>(seed);
  const width = Math.max(2, String(count).length);
  return Array.from({ length: count }, (_, at) => {
    const number = String(at + 1).padStart(width, '0');
    const random = streams.of(number, 'kind');
    const tag = kindAt(random.unit() * TOTAL_WEIGHT);
    return { name: `${tag}-${number}`, tags: [tag, random.pick(ZONES)].sort(byCodeUnit) };
  });
}

function kindAt(weight: number): string {
  let left = weight;
  for (const { tag, weight: own } of KINDS) {
    if (left < own) return tag;
    left -= own;
  }
  return 'worker';
}
