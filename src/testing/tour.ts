/** What a tour needs to know of a chart's graph. */
export interface Walkable<Edge extends { readonly to: string }> {
  readonly start: string;
  /** Those that stay in the vertex come first, so that a tour does everything there before leaving. */
  readonly edgesFrom: (vertex: string) => readonly Edge[];
  /** The items that an edge touches, given the cell that accepted the previous event. */
  readonly touched: (from: string, edge: Edge, previous: string | null) => readonly string[];
  /** The cell in which the edge is accepted; `null` for a refusal. */
  readonly acceptedCell: (from: string, edge: Edge) => string | null;
}

/** The position of a walk: the vertex, and the cell that accepted the previous event. */
interface Place {
  readonly vertex: string;
  readonly previous: string | null;
}

export interface Tour<Edge> {
  readonly walks: readonly (readonly Edge[])[];
  /** What no walk from this start can touch. */
  readonly unreached: readonly string[];
}

export interface TourOptions {
  /** Everything to touch, except what the start touches. */
  readonly wanted: readonly string[];
  /**
   * A walk of this length takes on no further target, but finishes its current leg: otherwise, nothing further away
   * than this could ever be touched.
   */
  readonly maxWalkLength: number;
}

const addressOf = ({ vertex, previous }: Place): string => `${vertex}\n${previous ?? ''}`;

/** The order in which to try the edges of a vertex. */
type Order = 'forward' | 'backward';

/**
 * Walks that touch everything in `wanted`. Each goes on to the nearest missing item, stays in a vertex before leaving
 * it, and ends when nothing missing lies ahead. Tries two orders and returns the shorter tour: on these charts, it is
 * within a few steps of the shortest possible, and tests compare it with the lower bound.
 */
export function tour<Edge extends { readonly to: string }>(graph: Walkable<Edge>, options: TourOptions): Tour<Edge> {
  const forward = greedyTour(graph, options, 'forward');
  const backward = greedyTour(graph, options, 'backward');
  return lengthOf(backward) < lengthOf(forward) ? backward : forward;
}

const lengthOf = ({ walks }: Tour<unknown>): number => walks.reduce((sum, walk) => sum + walk.length, 0);

function greedyTour<Edge extends { readonly to: string }>(
  graph: Walkable<Edge>,
  { wanted, maxWalkLength }: TourOptions,
  order: Order,
): Tour<Edge> {
  const missing = new Set(wanted);
  const begin: Place = { vertex: graph.start, previous: null };
  const walks: (readonly Edge[])[] = [];

  for (;;) {
    const walk: Edge[] = [];
    let place = begin;
    while (walk.length < maxWalkLength) {
      const leg = nearest(place);
      if (leg === null) break;
      for (const edge of leg) {
        for (const item of graph.touched(place.vertex, edge, place.previous)) missing.delete(item);
        place = after(place, edge);
        walk.push(edge);
      }
    }
    if (walk.length === 0) return { walks, unreached: wanted.filter((item) => missing.has(item)) };
    walks.push(walk);
  }

  /** The shortest way to an event that touches something missing. */
  function nearest(from: Place): readonly Edge[] | null {
    const seen = new Set([addressOf(from)]);
    let frontier: readonly { readonly place: Place; readonly way: readonly Edge[] }[] = [{ place: from, way: [] }];
    while (frontier.length > 0) {
      const next: { place: Place; way: readonly Edge[] }[] = [];
      for (const { place, way } of frontier) {
        for (const edge of inOrder(place.vertex)) {
          const further = [...way, edge];
          if (graph.touched(place.vertex, edge, place.previous).some((item) => missing.has(item))) return further;
          const reached = after(place, edge);
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

  function after({ vertex }: Place, edge: Edge): Place {
    return { vertex: edge.to, previous: graph.acceptedCell(vertex, edge) };
  }

  function inOrder(vertex: string): readonly Edge[] {
    const edges = graph.edgesFrom(vertex);
    if (order === 'forward') return edges;
    const staying = edges.filter(({ to }) => to === vertex);
    return [...staying, ...edges.slice(staying.length).reverse()];
  }
}
