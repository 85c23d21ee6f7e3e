import type { Dimension } from './coverage/dimension.ts';
import { acceptedCell, type Visit } from './coverage/visit.ts';
import { vertexAt, type Edge, type Graph, type Vertex } from './graph.ts';

/** Where a walk stands: the vertex, and the accepted cell that the event before went through. */
interface Place {
  readonly vertex: Vertex;
  readonly previous: string | null;
}

export interface Tour {
  readonly walks: readonly (readonly Edge[])[];
  /** What no walk from this start can touch. */
  readonly unreached: readonly string[];
}

const visitOf = ({ policy }: Graph, place: Place, edge: Edge): Visit => ({
  before: place.vertex.record,
  event: edge.event,
  policy,
  result: edge.result,
  previous: place.previous,
});

const addressOf = ({ vertex, previous }: Place): string => `${vertex.key}\n${previous ?? ''}`;

/** Which of the moves that leave a vertex is tried first. */
type Order = 'forward' | 'backward';

/**
 * Walks that touch everything in `wanted`: always on to the nearest thing that is still missing, staying where it is
 * before leaving, and back to the start when nothing is left ahead. Tried in two orders, the shorter one wins; on this
 * chart that is within a few steps of the shortest there is (the tests hold it to its lower bound).
 *
 * @param maxWalkLength a walk that has become so long sets out for nothing more; the leg that it is on is walked to its
 *   end, because what lies further away than this could never be touched otherwise
 */
export function tour(graph: Graph, dimension: Dimension, wanted: readonly string[], maxWalkLength: number): Tour {
  const forward = greedyTour(graph, dimension, wanted, maxWalkLength, 'forward');
  const backward = greedyTour(graph, dimension, wanted, maxWalkLength, 'backward');
  return lengthOf(backward) < lengthOf(forward) ? backward : forward;
}

const lengthOf = ({ walks }: Tour): number => walks.reduce((sum, walk) => sum + walk.length, 0);

function greedyTour(
  graph: Graph,
  dimension: Dimension,
  wanted: readonly string[],
  maxWalkLength: number,
  order: Order,
): Tour {
  const missing = new Set(wanted);
  for (const item of dimension.atStart?.(graph.start.record) ?? []) missing.delete(item);
  const begin: Place = { vertex: graph.start, previous: null };
  const walks: (readonly Edge[])[] = [];

  for (;;) {
    const walk: Edge[] = [];
    let place = begin;
    while (walk.length < maxWalkLength) {
      const leg = nearest(place);
      if (leg === null) break;
      for (const edge of leg) {
        const visit = visitOf(graph, place, edge);
        for (const item of dimension.touched(visit)) missing.delete(item);
        place = { vertex: vertexAt(graph.vertices, edge.to), previous: acceptedCell(visit) };
        walk.push(edge);
      }
    }
    if (walk.length === 0) return { walks, unreached: wanted.filter((item) => missing.has(item)) };
    walks.push(walk);
  }

  /** The shortest way on to an event that touches something missing. */
  function nearest(from: Place): readonly Edge[] | null {
    const seen = new Set([addressOf(from)]);
    let frontier: readonly { readonly place: Place; readonly way: readonly Edge[] }[] = [{ place: from, way: [] }];
    while (frontier.length > 0) {
      const next: { place: Place; way: readonly Edge[] }[] = [];
      for (const { place, way } of frontier) {
        for (const edge of edgesOf(place.vertex, order)) {
          const visit = visitOf(graph, place, edge);
          const further = [...way, edge];
          if (dimension.touched(visit).some((item) => missing.has(item))) return further;
          const reached = { vertex: vertexAt(graph.vertices, edge.to), previous: acceptedCell(visit) };
          const address = addressOf(reached);
          if (seen.has(address)) continue;
          seen.add(address);
          next.push({ place: reached, way: further });
        }
      }
      frontier = next;
    }
    return null;
  }
}

function edgesOf({ edges, staying }: Vertex, order: Order): readonly Edge[] {
  return order === 'forward' ? edges : [...edges.slice(0, staying), ...edges.slice(staying).reverse()];
}
