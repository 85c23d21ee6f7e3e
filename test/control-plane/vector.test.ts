import fc from 'fast-check';
import { expect, test } from 'vitest';
import { putValue, valueAt, valuesOf, vectorOf, withValue } from '../../src/control-plane/vector.ts';

const forms = [
  ['of branches', false],
  ['of one piece', true],
] as const;

test.each(forms)('%s it behaves as an array of the same length, and leaves earlier versions', (_form, inPlace) => {
  const operations = fc.array(fc.tuple(fc.nat(), fc.string()), { maxLength: 30 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), operations, (length, sets) => {
      const model = Array.from({ length }, (_, index) => String(index));
      const first = vectorOf(model, inPlace);
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

test('only one for writing in place is one piece', () => {
  const values = Array.from({ length: 5000 }, (_, index) => index);
  expect(vectorOf(values, true).root).toEqual(values);
  for (const vector of [vectorOf(values), vectorOf(values, false)]) expect(vector.root.length).toBeLessThanOrEqual(16);
});

test.each(forms)('outside of one %s there is nothing', (_form, inPlace) => {
  const vector = vectorOf(['a'], inPlace);
  for (const index of [-1, 1, 0.5 + 1, Number.NaN, Infinity]) expect(valueAt(vector, index)).toBeUndefined();
  expect(valueAt(vectorOf([], inPlace), 0)).toBeUndefined();
  for (const length of [16, 256, 4096]) {
    const full = vectorOf(
      Array.from({ length }, (_, index) => index),
      inPlace,
    );
    expect([-1, 0, length - 1, length].map((index) => valueAt(full, index))).toEqual([
      undefined,
      0,
      length - 1,
      undefined,
    ]);
  }
});

test.each(forms)('%s and written in place it has the same values, and is the same', (_form, inPlace) => {
  for (const length of [1, 16, 17, 300, 5000]) {
    const values = Array.from({ length }, (_, index) => index);
    const vector = vectorOf(values, inPlace);
    for (const index of [0, length - 1, Math.floor(length / 2)]) {
      values[index] = -index - 1;
      expect(putValue(vector, index, -index - 1)).toBe(vector);
    }
    expect([...valuesOf(vector)]).toEqual(values);
  }
});

test.each(forms)('%s it has nothing to do with the array that it was made of', (_form, inPlace) => {
  const values = ['a'];
  const vector = vectorOf(values, inPlace);
  values[0] = 'b';
  expect(valueAt(vector, 0)).toBe('a');
});
