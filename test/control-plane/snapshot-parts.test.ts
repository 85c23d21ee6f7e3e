import fc from 'fast-check';
import { expect, it } from 'vitest';
import { partsOf, slicesOf, withPart, type SnapshotPart } from '../../src/control-plane/snapshot-parts.ts';

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
  expect([slices.next().value?.body, taken]).toEqual([Array.from({ length: 500 }, (_, index) => index), 499]);
});

it.each([[['a']], [['b', 0]], [['b', 'length']]])('a list that is not there is damage: %j', (path) => {
  expect(() => withPart({ b: [] }, { path, body: [1] })).toThrow('There is no list');
});

it('a long list of items with long lists is taken apart, too', () => {
  const hosts = Array.from({ length: 1200 }, (_, index) => `host-${index}`);
  const budgets = Array.from({ length: 60 }, (_, limit) => ({ limit, hosts: limit % 2 === 0 ? hosts : [] }));
  const parts = [...partsOf({ budgets }, [])];
  expect(parts.filter(({ body }) => JSON.stringify(body).length > 10_000)).toEqual([]);
  expect(joined(parts)).toEqual({ budgets });
});
