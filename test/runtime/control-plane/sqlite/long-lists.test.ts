import fc from 'fast-check';
import { expect, it } from 'vitest';
import { putBack, takeApart } from '../../../../src/runtime/control-plane/sqlite/long-lists.ts';

it('a value with long lists is what it was, once they are back', () => {
  const long = fc.array(fc.record({ a: fc.integer() }), { minLength: 0, maxLength: 1200, size: 'max' });
  const value = fc.record({
    x: fc.string(),
    lists: fc.array(fc.record({ hosts: long }), { maxLength: 3 }),
    other: long,
  });
  fc.assert(
    fc.property(value, (whole) => {
      const { head, parts } = takeApart(whole);
      const restored: unknown = JSON.parse(JSON.stringify(head));
      for (const part of parts) putBack(restored, part);
      expect(restored).toEqual(whole);
      expect(parts.every(({ items }) => items.length <= 500)).toBe(true);
    }),
    { numRuns: 20 },
  );
});

it.each([[['a']], [['b', 0]], [[]]])('a list that is not there is a damaged store: %j', (path) => {
  expect(() => putBack({ b: [] }, { path, items: [1] })).toThrow('There is no list');
});
