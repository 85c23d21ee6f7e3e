import type { Draft, FleetDraft } from '../fleet-draft.ts';
import type { FleetEdge } from '../fleet-manifest.ts';
import { findCycles, graphOf } from '../find-cycles.ts';
import { longestChain } from '../longest-chain.ts';
import { at, showName } from '../../text/index.ts';
import type { FleetProblemList } from '../fleet-problem.ts';

const ENDS = ['gated', 'gates'] as const;

export function edgeNamesKnownHosts(fleet: FleetDraft, problems: FleetProblemList): void {
  reportUnknownEnds(fleet.edges, '$.edges', fleet.hosts, 'host', problems);
}

export function channelEdgeNamesKnownChannels(fleet: FleetDraft, problems: FleetProblemList): void {
  reportUnknownEnds(fleet.channelEdges, '$.channelEdges', fleet.channels, 'channel', problems);
}

function reportUnknownEnds(
  edges: readonly Draft<FleetEdge>[] | undefined,
  path: string,
  known: ReadonlyMap<string, unknown> | undefined,
  noun: 'host' | 'channel',
  problems: FleetProblemList,
): void {
  if (known === undefined) return;
  for (const [index, edge] of (edges ?? []).entries()) {
    for (const end of ENDS) {
      const name = edge[end];
      if (name === undefined || known.has(name)) continue;
      problems.error(
        at(at(path, index), end),
        `the edge names the ${noun} ${showName(name)}, which does not exist`,
        `Correct the name, declare the ${noun} under $.${noun}s, or remove the edge.`,
      );
    }
  }
}

export function edgeStaysInOneChannel(fleet: FleetDraft, problems: FleetProblemList): void {
  for (const [index, { gated, gates }] of (fleet.edges ?? []).entries()) {
    if (gated === undefined || gates === undefined) continue;
    const gatedChannel = fleet.hosts?.get(gated)?.channel;
    const gatesChannel = fleet.hosts?.get(gates)?.channel;
    if (gatedChannel === undefined || gatesChannel === undefined || gatedChannel === gatesChannel) continue;
    problems.error(
      at('$.edges', index),
      `the edge joins hosts of two channels: ${showName(gated)} is on ${showName(gatedChannel)}, ` +
        `${showName(gates)} on ${showName(gatesChannel)}`,
      'Put both hosts on one channel, or order the channels with a channelEdge instead.',
    );
  }
}

export function edgesHaveNoCycle(fleet: FleetDraft, problems: FleetProblemList): void {
  reportCycles(fleet.edges, '$.edges', 'hosts', problems);
}

export function channelEdgesHaveNoCycle(fleet: FleetDraft, problems: FleetProblemList): void {
  reportCycles(fleet.channelEdges, '$.channelEdges', 'channels', problems);
}

/** Hosts in a chain of edges soak one after another. */
export function edgesEndInTime(fleet: FleetDraft, problems: FleetProblemList): void {
  const graph = graphOf(
    (fleet.edges ?? []).flatMap(({ gated, gates }): [string, string][] =>
      gated === undefined || gates === undefined ? [] : [[gated, gates]],
    ),
  );
  if (findCycles(graph).length > 0) return;
  const chain = longestChain(graph);
  if (chain.length <= MAX_CHAIN) return;
  problems.warn(
    '$.edges',
    `${chain.length} hosts wait for each other in a chain, so they soak one after another: ${shortened(chain.map(showName), ' → ')}`,
    'Order groups of hosts with waves, and keep edges for the hosts that need them.',
  );
}

/** With soaks of an hour, such a chain takes longer than a week. */
const MAX_CHAIN = 200;

function reportCycles(
  edges: readonly Draft<FleetEdge>[] | undefined,
  path: string,
  noun: 'hosts' | 'channels',
  problems: FleetProblemList,
): void {
  const firstIndexOf = new Map<string, Map<string, number>>();
  const pairs: [string, string][] = [];
  for (const [index, { gated, gates }] of (edges ?? []).entries()) {
    if (gated === undefined || gates === undefined) continue;
    pairs.push([gated, gates]);
    const indexByGates = firstIndexOf.get(gated) ?? new Map<string, number>();
    if (!indexByGates.has(gates)) indexByGates.set(gates, index);
    firstIndexOf.set(gated, indexByGates);
  }
  for (const cycle of findCycles(graphOf(pairs))) {
    const indices = cycle.slice(1).map((gates, step) => firstIndexOf.get(cycle[step] ?? '')?.get(gates) ?? 0);
    const places = indices.sort((a, b) => a - b).map((index) => at(path, index));
    problems.error(
      places[0] ?? path,
      `the ${noun} wait for each other: ${shortened(cycle.map(showName), ' → ')} (each waits for the next), so none of them can ever start`,
      `Remove or reverse one of the edges ${shortened(places, ', ')}.`,
    );
  }
}

const MAX_SHOWN = 12;

/** A long list without its middle: the ends are enough to recognise a cycle of thousands. */
function shortened(items: readonly string[], separator: string): string {
  if (items.length <= MAX_SHOWN) return items.join(separator);
  const head = items.slice(0, MAX_SHOWN - 4);
  const tail = items.slice(-3);
  return [...head, `… (${items.length - head.length - tail.length} more) …`, ...tail].join(separator);
}
