import type { EdgeGraph } from './find-cycles.ts';

/** The longest path through an acyclic graph, in which each name waits for the next. Linear, without recursion. */
export function longestChain(graph: EdgeGraph): readonly string[] {
  // How many names wait for each one. Names that nothing waits for come first.
  const waiting = new Map<string, number>();
  for (const [name, neighbours] of graph) {
    if (!waiting.has(name)) waiting.set(name, 0);
    for (const neighbour of neighbours) waiting.set(neighbour, (waiting.get(neighbour) ?? 0) + 1);
  }
  const ready = [...waiting].filter(([, count]) => count === 0).map(([name]) => name);
  const lengthTo = new Map<string, number>(ready.map((name) => [name, 1]));
  const cameFrom = new Map<string, string>();
  let last: string | null = null;
  for (const name of ready) {
    const length = lengthTo.get(name) ?? 1;
    if (last === null || length > (lengthTo.get(last) ?? 0)) last = name;
    for (const next of graph.get(name) ?? []) {
      if (length + 1 > (lengthTo.get(next) ?? 0)) {
        lengthTo.set(next, length + 1);
        cameFrom.set(next, name);
      }
      const left = (waiting.get(next) ?? 0) - 1;
      waiting.set(next, left);
      // The list grows while it is traversed.
      if (left === 0) ready.push(next);
    }
  }
  const chain: string[] = [];
  for (let name: string | null = last; name !== null; name = cameFrom.get(name) ?? null) chain.push(name);
  return chain.reverse();
}
