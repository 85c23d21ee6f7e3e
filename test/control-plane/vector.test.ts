import fc from 'fast-check';
import { expect, test } from 'vitest';
import { valueAt, valuesOf, vectorOf, withValue } from '../../src/control-plane/vector.ts';

test('behaves as an array of the same length, and leaves earlier versions', () => {
  const operations = fc.array(fc.tuple(fc.nat(), fc.string()), { maxLength: 30 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), operations, (length, sets) => {
      const model = Array.from({ length }, (_, index) => String(index));
      const first = vectorOf(model);
      let vector = first;
      for (const [at, value] of sets) {
        model[at % length] = value;
        vector = withValue(vector, at % length, value);
      }
      expect([...valuesOf(vector)]).toEqual(model);
      expect([...valuesOf(first)]).toEqual(Array.from({ length }, (_, index) => String(index)));
    }),
    { numRuns: 50 },
  );
});

test('there is nothing outside of it', () => {
  const vector = vectorOf(['a']);
  for (const index of [-1, 1, 0.5 + 1, Number.NaN, Infinity]) expect(valueAt(vector, index)).toBeUndefined();
  expect(valueAt(vectorOf([]), 0)).toBeUndefined();
  for (const length of [16, 256, 4096]) {
    const full = vectorOf(Array.from({ length }, (_, index) => index));
    expect([-1, 0, length - 1, length].map((index) => valueAt(full, index))).toEqual([
      undefined,
      0,
      length - 1,
      undefined,
    ]);
  }
});

test('it has nothing to do with the array that it was made of', () => {
  const values = ['a'];
  const vector = vectorOf(values);
  values[0] = 'b';
  expect(valueAt(vector, 0)).toBe('a');
});
