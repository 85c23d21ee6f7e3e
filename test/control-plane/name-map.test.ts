import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EMPTY_NAME_MAP, mapValues, valueOf, withEntry, type NameMap } from '../../src/control-plane/name-map.ts';

const hostile = fc.constantFrom('', '__proto__', 'constructor', '10', 'toString', 'a', 'b');

test('behaves as a Map, for any names', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.oneof(hostile, fc.string()), fc.nat()), { maxLength: 300 }), (entries) => {
      let map: NameMap<number> = EMPTY_NAME_MAP;
      const model = new Map<string, number>();
      for (const [name, value] of entries) {
        map = withEntry(map, name, value);
        model.set(name, value);
      }
      expect(map.size).toBe(model.size);
      for (const [name, value] of model) expect(valueOf(map, name)).toBe(value);
      expect([...mapValues(map)].toSorted((a, b) => a - b)).toEqual([...model.values()].toSorted((a, b) => a - b));
      expect(valueOf(map, 'not in it \u0000')).toBeUndefined();
    }),
    { numRuns: 100 },
  );
});

test('earlier versions stay as they were', () => {
  const one = withEntry<number>(EMPTY_NAME_MAP, 'a', 1);
  const two = withEntry(one, 'a', 2);
  const three = withEntry(two, 'b', 3);
  expect([one, two, three].map((map) => [valueOf(map, 'a'), valueOf(map, 'b'), map.size])).toEqual([
    [1, undefined, 1],
    [2, undefined, 1],
    [2, 3, 2],
  ]);
});

test('names with the same hash do not displace each other', () => {
  // Found by search: the trie's hash of both names of a pair is the same in all its bits.
  const pairs = clashes();
  expect(pairs.length).toBeGreaterThan(0);
  for (const [first, second] of pairs) {
    let map: NameMap<string> = EMPTY_NAME_MAP;
    for (const name of [first, second, first]) map = withEntry(map, name, name);
    expect([valueOf(map, first), valueOf(map, second), valueOf(map, 'neither'), map.size]).toEqual([
      first,
      second,
      undefined,
      2,
    ]);
    const orderOf = (names: readonly string[]): readonly string[] => [
      ...mapValues(names.reduce((all, name) => withEntry(all, name, name), EMPTY_NAME_MAP as NameMap<string>)),
    ];
    expect(orderOf([first, second])).toEqual(orderOf([second, first]));
  }
});

test('four names with the same hash are kept apart, replaced one by one, and a fifth is not among them', () => {
  const [[first, second] = ['', '']] = clashes();
  const [[third, fourth] = ['', '']] = clashes(first);
  const names = [first + third, first + fourth, second + third, second + fourth];
  const [absent = '', ...present] = names;
  let map: NameMap<string> = EMPTY_NAME_MAP;
  for (const value of ['old', 'new']) for (const name of present) map = withEntry(map, name, value + name);
  expect(present.map((name) => valueOf(map, name))).toEqual(present.map((name) => `new${name}`));
  expect([valueOf(map, absent), map.size]).toEqual([undefined, 3]);
});

test('the way to a name is short: no fork has more than 32 ways, and different hashes are kept apart', () => {
  let map: NameMap<number> = EMPTY_NAME_MAP;
  for (let number = 0; number < 5_000; number += 1) map = withEntry(map, `host-${number}`, number);
  const kinds = nodesOf(map);
  expect(kinds).toMatchObject({ leaf: 5_000, clash: 0 });
  expect(kinds.widest).toBeLessThanOrEqual(32);
});

function nodesOf(map: NameMap<number>): { leaf: number; fork: number; clash: number; widest: number } {
  const counts = { leaf: 0, fork: 0, clash: 0, widest: 0 };
  const open = map.root === null ? [] : [map.root];
  for (const node of open) {
    counts[node.kind] += 1;
    if (node.kind !== 'fork') continue;
    counts.widest = Math.max(counts.widest, node.children.length);
    open.push(...node.children);
  }
  return counts;
}

/** Pairs of names that FNV-1a does not tell apart behind `prefix`; the map's last mix keeps them together. */
function clashes(prefix = ''): readonly (readonly [string, string])[] {
  const seen = new Map<number, string>();
  const found: (readonly [string, string])[] = [];
  for (let number = 0; number < 200_000; number += 1) {
    const name = (number * 2_654_435_761).toString(36);
    const whole = prefix + name;
    let hash = 0x811c9dc5;
    for (let index = 0; index < whole.length; index += 1) hash = Math.imul(hash ^ whole.charCodeAt(index), 0x01000193);
    const other = seen.get(hash);
    if (other !== undefined && other !== name) found.push([other, name]);
    seen.set(hash, name);
  }
  return found;
}
