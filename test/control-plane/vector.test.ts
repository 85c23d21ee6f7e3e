import fc from 'fast-check';
import { expect, test } from 'vitest';
import { putValue, valueAt, valuesOf, vectorOf, withValue } from '../../src/control-plane/vector.ts';

test('behaves as an array of the same length, and leaves earlier versions as they were', () => {
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

test('outside of it there is nothing', () => {
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

test('written in place it has the same values, and is the same', () => {
  for (const length of [1, 16, 17, 300, 5000]) {
    const values = Array.from({ length }, (_, index) => index);
    const vector = vectorOf(values);
    for (const index of [0, length - 1, Math.floor(length / 2)]) {
      values[index] = -index - 1;
      expect(putValue(vector, index, -index - 1)).toBe(vector);
    }
    expect([...valuesOf(vector)]).toEqual(values);
  }
});

test('the array that it was made of may change afterwards', () => {
  const values = ['a'];
  const vector = vectorOf(values);
  values[0] = 'b';
  expect(valueAt(vector, 0)).toBe('a');
});
