import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partsOf, slicesOf, withPart, type SnapshotPart } from '../../src/control-plane/snapshot-parts.ts';

const numbers = (length: number): readonly number[] => Array.from({ length }, (_, index) => index);

/** What is read of parts that went through a store. */
function joined(parts: Iterable<SnapshotPart>): unknown {
  let whole: unknown = undefined;
  for (const part of parts) whole = withPart(whole, JSON.parse(JSON.stringify(part)) as SnapshotPart);
  return whole;
}

it('a value with long lists is what it was, once its parts are joined', () => {
  const long = fc.array(fc.record({ a: fc.integer() }), { minLength: 0, maxLength: 1200, size: 'max' });
  const value = fc.record({
    x: fc.string(),
    lists: fc.array(fc.record({ hosts: long }), { maxLength: 3 }),
    other: long,
  });
  fc.assert(
    fc.property(value, (whole) => {
      const parts = [...partsOf(whole, [])];
      expect(joined(parts)).toEqual(whole);
      expect(parts.slice(1).every(({ body }) => Array.isArray(body) && body.length <= 500)).toBe(true);
      expect(JSON.stringify(parts[0]).length).toBeLessThan(10_000);
    }),
    { numRuns: 20 },
  );
});

it('an item with long lists follows the items before it', () => {
  const names = Array.from({ length: 501 }, (_, index) => `host-${index}`);
  const items = [{ names: [] }, { names }];
  const parts = items.flatMap((item, index) => [...partsOf(item, ['items', index])]);
  expect(parts.map(({ path }) => path.join('.'))).toEqual(['items', 'items', 'items.1.names', 'items.1.names']);
  expect(joined([{ path: [], body: { items: [] } }, ...parts])).toEqual({ items });
});

it('a slice is made when it is asked for', () => {
  let taken = 0;
  const items = (function* () {
    for (; ; taken += 1) yield taken;
  })();
  const slices = slicesOf(['a'], items);
  expect([slices.next().value?.body, taken]).toEqual([numbers(500), 499]);
});

it('no slice is empty', () => {
  const sizes = (length: number) =>
    [...slicesOf(['a'], numbers(length))].map(({ body }) => Array.isArray(body) && body.length);
  expect([0, 1, 500, 501].map(sizes)).toEqual([[], [1], [500], [500, 1]]);
});

describe('a list that is not there is damage', () => {
  const value = { list: [[]], pairs: { 0: [] }, none: null };
  it.each([
    [['other']],
    [['other', 'list']],
    [['none', 'list']],
    [['none', 0]],
    [['list', 1]],
    [['list', 'length']],
    [['list', '0']],
    [['pairs', 0]],
  ])('%j', (path) => {
    expect(() => withPart(structuredClone(value), { path, body: [1] })).toThrow(
      new TypeError(`There is no list at ${path.join('.')}.`),
    );
  });
});

describe('only long lists become parts', () => {
  const many = <Item>(item: Item): readonly Item[] => Array.from({ length: 51 }, () => item);
  it.each([
    ['a list of 50 is not', { a: numbers(50) }, []],
    ['a list of 51 is', { a: numbers(51) }, ['a: 51']],
    ['none is empty', { a: numbers(1000) }, ['a: 500', 'a: 500']],
    ['items with short lists stay together', { a: many({ b: numbers(50) }) }, ['a: 51']],
    [
      'items with long lists are on their own',
      { a: { b: many({ c: numbers(51) }) } },
      many('').flatMap((_, index) => ['a.b: 1', `a.b.${index}.c: 51`]),
    ],
    [
      'so are lists with long lists',
      { a: many([[0], numbers(51)]) },
      many('').flatMap((_, index) => ['a: 1', `a.${index}.1: 51`]),
    ],
  ])('%s', (_, value, expected) => {
    const [head, ...parts] = partsOf(value, []);
    expect(head?.path).toEqual([]);
    expect(parts.map(({ path, body }) => `${path.join('.')}: ${Array.isArray(body) && body.length}`)).toEqual(expected);
    expect(joined(partsOf(value, []))).toEqual(value);
  });
});

it('a long list of items with long lists is taken apart, too', () => {
  const hosts = Array.from({ length: 1200 }, (_, index) => `host-${index}`);
  const budgets = Array.from({ length: 60 }, (_, limit) => ({ limit, hosts: limit % 2 === 0 ? hosts : [] }));
  const parts = [...partsOf({ budgets }, [])];
  expect(parts.filter(({ body }) => JSON.stringify(body).length > 10_000)).toEqual([]);
  expect(joined(parts)).toEqual({ budgets });
});
