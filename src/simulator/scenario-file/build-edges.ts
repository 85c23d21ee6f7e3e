import type { FleetEdge } from '../../fleet/index.ts';
import { findCycles, graphOf } from '../../fleet/internal.ts';
import { at, showName } from '../../text/index.ts';
import type { ChannelSketch } from '../fleet-sketch.ts';
import { expand } from './expand-patterns.ts';
import type { FileEdge } from './fleet-schema.ts';
import type { Reading } from './reading.ts';

const MAX_EDGES = 10_000;
const MAX_SHOWN = 8;

/** An edge between two names, and its place in the file. */
interface PlacedPair {
  readonly gated: string;
  readonly gates: string;
  readonly path: string;
}

/** Every edge between two hosts. Impossible edges are reported at their place in the file. */
export function edgesOf(
  file: readonly (FileEdge | null)[],
  base: string,
  names: readonly string[],
  channelOf: ReadonlyMap<string, string>,
  reading: Reading,
): readonly FleetEdge[] {
  const edges: FleetEdge[] = [];
  const placed: PlacedPair[] = [];
  for (const [index, edge] of file.entries()) {
    if (edge === null) continue;
    const path = at(base, index);
    const gated = expand(edge.hosts, names, 'host', at(path, 'hosts'), reading);
    const gates = expand(edge['waits-for'], names, 'host', at(path, 'waits-for'), reading);
    if (edges.length + gated.length * gates.length > MAX_EDGES) {
      reading.add(
        path,
        `expected at most ${MAX_EDGES} pairs of hosts in all edges`,
        'Use fewer edges, or narrower patterns.',
      );
      return edges;
    }
    const pairs = gated.flatMap((host) => gates.map((other) => ({ gated: host, gates: other, path })));
    reportTwoChannels(pairs, path, channelOf, reading);
    placed.push(...pairs);
    edges.push(...pairs.map((pair) => ({ gated: pair.gated, gates: pair.gates, reason: edge.because ?? null })));
  }
  reportCycles(placed, 'hosts', 'Remove one of these edges, or reverse it', reading);
  return edges;
}

/** Reported once per edge of the file, however many pairs of hosts it expands to. */
function reportTwoChannels(
  pairs: readonly PlacedPair[],
  path: string,
  channelOf: ReadonlyMap<string, string>,
  reading: Reading,
): void {
  const apart = pairs.find(({ gated, gates }) => channelOf.get(gated) !== channelOf.get(gates));
  if (apart === undefined) return;
  const [gated, gates] = [apart.gated, apart.gates].map(
    (host) => `${showName(host)} is on ${showName(channelOf.get(host) ?? '')}`,
  );
  reading.add(
    path,
    `the edge joins hosts of two channels: ${gated}, ${gates}`,
    'Let hosts wait for hosts of the same channel, or give the channel a `waits-for`.',
  );
}

/** Channels that wait for each other, or for themselves. */
export function reportChannelCycles(channels: readonly ChannelSketch[], base: string, reading: Reading): void {
  const pairs = channels.flatMap(({ name, waitsFor }) =>
    waitsFor.map((gates) => ({ gated: name, gates, path: at(at(base, name), 'waits-for') })),
  );
  reportCycles(pairs, 'channels', 'Remove one of these `waits-for`', reading);
}

function reportCycles(pairs: readonly PlacedPair[], noun: string, advice: string, reading: Reading): void {
  const pathOf = new Map<string, string>();
  for (const { gated, gates, path } of pairs) {
    const key = JSON.stringify([gated, gates]);
    if (!pathOf.has(key)) pathOf.set(key, path);
  }
  const reported = new Set<string>();
  for (const cycle of findCycles(graphOf(pairs.map(({ gated, gates }) => [gated, gates])))) {
    const paths = cycle.slice(1).map((gates, step) => pathOf.get(JSON.stringify([cycle[step], gates])) ?? '$');
    // An edge with patterns makes many cycles, which one correction fixes.
    const places = [...new Set(paths)].sort((a, b) => reading.lineOf(a) - reading.lineOf(b));
    const key = places.join('\n');
    if (reported.has(key)) continue;
    reported.add(key);
    const lines = [...new Set(places.map((path) => reading.lineOf(path)))];
    const where = `${lines.length === 1 ? 'line' : 'lines'} ${shortened(lines.map(String), ', ')}`;
    if (cycle.length === 2) {
      const message = `${showName(cycle[0] ?? '')} waits for itself, so it would never start`;
      reading.add(places[0] ?? '$', message, `Remove it from what it waits for (${where}).`);
      continue;
    }
    reading.add(
      places[0] ?? '$',
      `the ${noun} wait for each other: ${shortened(cycle.map(showName), ' → ')} (each waits for the next), so none of them can ever start`,
      `${advice} (${where}).`,
    );
  }
}

function shortened(items: readonly string[], separator: string): string {
  if (items.length <= MAX_SHOWN) return items.join(separator);
  return [...items.slice(0, MAX_SHOWN - 2), '…', ...items.slice(-1)].join(separator);
}
