import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findCycles, graphOf } from '../../src/fleet/find-cycles.ts';

type Pair = [string, string];
const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', '__proto__');
const pairs = fc.array(fc.tuple(name, name), { maxLength: 14 });

/** Takes away names that wait for nothing until none is left: what stays is on a cycle, or waits for one. */
function hasCycle(edges: readonly Pair[]): boolean {
  let left = edges;
  for (;;) {
    const waiting = new Set(left.map(([gated]) => gated));
    const rest = left.filter(([, gates]) => waiting.has(gates));
    if (rest.length === left.length) return rest.length > 0;
    left = rest;
  }
}

describe('findCycles', () => {
  test.each<[Pair[], string[][]]>([
    [[], []],
    [
      [
        ['a', 'b'],
        ['b', 'c'],
        ['a', 'c'],
      ],
      [],
    ],
    [[['a', 'a']], [['a', 'a']]],
    [
      [
        ['b', 'a'],
        ['a', 'b'],
      ],
      [['a', 'b', 'a']],
    ],
    [
      [
        ['a', 'b'],
        ['b', 'a'],
        ['a', 'c'],
        ['c', 'a'],
      ],
      [
        ['a', 'b', 'a'],
        ['c', 'a', 'c'],
      ],
    ],
    [
      [
        ['c', 'd'],
        ['d', 'c'],
        ['a', 'b'],
        ['b', 'a'],
      ],
      [
        ['a', 'b', 'a'],
        ['c', 'd', 'c'],
      ],
    ],
  ])('%j', (edges, cycles) => {
    expect(findCycles(graphOf(edges))).toEqual(cycles);
  });

  test('finds a cycle exactly where there is one, each of them real, in whatever order the edges come', () => {
    fc.assert(
      fc.property(pairs, (edges) => {
        const cycles = findCycles(graphOf(edges));
        expect(cycles.length > 0).toBe(hasCycle(edges));
        const known = new Set(edges.map((pair) => JSON.stringify(pair)));
        for (const cycle of cycles) {
          expect(cycle.length).toBeGreaterThan(1);
          expect(cycle.at(-1)).toBe(cycle[0]);
          cycle.slice(1).forEach((gates, step) => expect(known).toContain(JSON.stringify([cycle[step], gates])));
        }
        expect(findCycles(graphOf([...edges].reverse()))).toEqual(cycles);
      }),
    );
  });

  test('a component with very many cycles is reported by a few', () => {
    const names = Array.from({ length: 200 }, (_, index) => `n${index}`);
    const all = names.flatMap((a) => names.filter((b) => b !== a).map((b): Pair => [a, b]));
    expect(findCycles(graphOf(all))).toHaveLength(16);
  });
});
