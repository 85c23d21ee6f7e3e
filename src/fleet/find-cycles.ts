import { byCodeUnit } from '../text/index.ts';

/** What each name waits for. */
export type EdgeGraph = ReadonlyMap<string, readonly string[]>;

/** A strongly connected component can have a great many cycles. At most this many are reported. */
const MAX_CYCLES_PER_COMPONENT = 16;

/** The graph of some pairs. Names and neighbours are sorted, so the order of the pairs does not matter. */
export function graphOf(pairs: Iterable<readonly [gated: string, gates: string]>): EdgeGraph {
  const neighbours = new Map<string, Set<string>>();
  for (const [gated, gates] of pairs) {
    const known = neighbours.get(gated);
    if (known === undefined) neighbours.set(gated, new Set([gates]));
    else known.add(gates);
  }
  const names = [...neighbours.keys()].sort(byCodeUnit);
  return new Map(names.map((name) => [name, [...(neighbours.get(name) ?? [])].sort(byCodeUnit)]));
}

/**
 * Some cycles of the graph, each as the names along it with the first repeated at the end. For every strongly connected
 * component, these are the shortest cycle through its first name, and then cycles through names that are not on one
 * yet. Linear in the size of the graph, without recursion.
 */
export function findCycles(graph: EdgeGraph): readonly (readonly string[])[] {
  const cycles: (readonly string[])[] = [];
  for (const component of stronglyConnected(graph)) {
    const members = new Set(component);
    const covered = new Set<string>();
    const first = cycles.length;
    for (const start of component.sort(byCodeUnit)) {
      if (covered.has(start)) continue;
      if (cycles.length - first >= MAX_CYCLES_PER_COMPONENT) break;
      const cycle = shortestCycle(graph, members, start);
      if (cycle === null) continue;
      for (const name of cycle) covered.add(name);
      cycles.push(cycle);
    }
  }
  return cycles;
}

/** The shortest cycle from `start` back to itself through `members`, found breadth first. */
function shortestCycle(graph: EdgeGraph, members: ReadonlySet<string>, start: string): readonly string[] | null {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (let head = 0; head < queue.length; head += 1) {
    const name = queue[head];
    if (name === undefined) break;
    for (const next of graph.get(name) ?? []) {
      if (next === start) return [...trail(cameFrom, start, name), start];
      if (!members.has(next) || cameFrom.has(next)) continue;
      cameFrom.set(next, name);
      queue.push(next);
    }
  }
  return null;
}

function trail(cameFrom: ReadonlyMap<string, string>, start: string, end: string): readonly string[] {
  const names = [end];
  for (let name: string | undefined = end; name !== start;) {
    name = cameFrom.get(name);
    if (name === undefined) break;
    names.push(name);
  }
  return names.reverse();
}

interface Frame {
  readonly name: string;
  readonly neighbours: readonly string[];
  next: number;
}

/** Tarjan's algorithm with its own stack. Includes components of a single name, which may wait for itself. */
function stronglyConnected(graph: EdgeGraph): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const pending: string[] = [];
  const isPending = new Set<string>();
  const components: string[][] = [];

  const enter = (name: string): Frame => {
    index.set(name, index.size);
    low.set(name, index.size - 1);
    pending.push(name);
    isPending.add(name);
    return { name, neighbours: graph.get(name) ?? [], next: 0 };
  };
  const lower = (name: string, to: number): void => {
    low.set(name, Math.min(low.get(name) ?? to, to));
  };
  const takeComponent = (root: string): string[] => {
    const component = pending.splice(pending.lastIndexOf(root));
    for (const name of component) isPending.delete(name);
    return component;
  };

  for (const root of graph.keys()) {
    if (index.has(root)) continue;
    const frames = [enter(root)];
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const neighbour = frame.neighbours[frame.next];
      frame.next += 1;
      if (neighbour !== undefined) {
        const seenAt = index.get(neighbour);
        if (seenAt === undefined) frames.push(enter(neighbour));
        else if (isPending.has(neighbour)) lower(frame.name, seenAt);
        continue;
      }
      frames.pop();
      const lowest = low.get(frame.name) ?? 0;
      const parent = frames.at(-1);
      if (parent !== undefined) lower(parent.name, lowest);
      if (lowest === index.get(frame.name)) components.push(takeComponent(frame.name));
    }
  }
  return components;
}
