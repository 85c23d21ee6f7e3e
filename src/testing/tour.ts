/** The graph of a chart, as a tour needs it. */
export interface Walkable<Edge extends { readonly to: string }> {
  readonly start: string;
  /** Those that stay in the vertex come first, so that what can be done there is done before leaving. */
  readonly edgesFrom: (vertex: string) => readonly Edge[];
  /** The items that an edge touches, given the accepted cell that was taken directly before. */
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
  /** What no walk can touch from this start. */
  readonly unreached: readonly string[];
}

export interface TourOptions {
  /** Everything to touch, apart from what the start touches by itself. */
  readonly wanted: readonly string[];
  /**
   * A walk of this length sets out for nothing more; the leg that it is on is walked to its end, because what lies
   * further away than this could never be touched otherwise.
   */
  readonly maxWalkLength: number;
}

const addressOf = ({ vertex, previous }: Place): string => `${vertex}\n${previous ?? ''}`;

/** Which edge of a vertex to try first. */
type Order = 'forward' | 'backward';

/**
 * Walks that touch everything in `wanted`: always on to the nearest thing that is still missing, staying in a vertex
 * before leaving it, and back to the start when nothing is left ahead. Two orders are tried, and the shorter tour wins;
 * on these charts that is within a few steps of the shortest possible (the tests hold it to its lower bound).
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

  /** The shortest way on to an event that touches something missing. */
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
