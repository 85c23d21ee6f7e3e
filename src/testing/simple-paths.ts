import { isAtEnd, type HostRolloutState } from '../machine/index.ts';
import { stateAndProbes, vertexAt, type Edge, type Graph, type Vertex } from './graph.ts';

/** Two records are told apart by everything that an accepted event leaves behind, times and numbers aside. */
export const everythingThatHappened = (record: HostRolloutState): string =>
  [
    stateAndProbes(record),
    record.activationStartedAt === null ? '' : ' started',
    record.probeObservedFirstAt === null ? '' : ' observed',
    record.probeFailureFirstAt === null ? '' : ' failed once',
  ].join('');

export interface SimplePaths {
  readonly walks: readonly (readonly Edge[])[];
  /** There are more than were asked for. */
  readonly wasCut: boolean;
}

/** Every way of accepted events to an end of the rollout that comes to no vertex twice, at most `maxPaths` of them. */
export function simplePaths({ start, policy, vertices }: Graph, maxPaths: number): SimplePaths {
  const walks: (readonly Edge[])[] = [];
  const way: Edge[] = [];
  const onWay = new Set([start.key]);
  // One iterator for each vertex on the way, in place of recursion.
  const open: Iterator<Edge>[] = [waysOn(start)];

  while (open.length > 0) {
    const next = open.at(-1)?.next();
    if (next === undefined || next.done === true) {
      open.pop();
      const left = way.pop();
      if (left !== undefined) onWay.delete(left.to);
      continue;
    }
    const edge = next.value;
    if (onWay.has(edge.to)) continue;
    const vertex = vertexAt(vertices, edge.to);
    way.push(edge);
    onWay.add(edge.to);
    open.push(waysOn(vertex));
    if (!isAtEnd(vertex.record.state, policy.onHealthFailure)) continue;
    if (walks.length === maxPaths) return { walks, wasCut: true };
    walks.push([...way]);
  }
  return { walks, wasCut: false };
}

const waysOn = (vertex: Vertex): Iterator<Edge> => vertex.edges.filter(({ result }) => result.ok).values();
