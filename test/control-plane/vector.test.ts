import fc from 'fast-check';
import { expect, test } from 'vitest';
import { entryAt, valueAt, valuesOf, vectorOf, withPushed, withValue } from '../../src/control-plane/vector.ts';

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

test('asking for what is outside of it is a defect', () => {
  const vector = vectorOf(['a']);
  for (const index of [-1, 1, 0.5 + 1, Number.NaN, Infinity]) expect(() => valueAt(vector, index)).toThrow(RangeError);
  expect(() => valueAt(vectorOf([]), 0)).toThrow('There is no entry 0 in a list of 0');
  expect(() => entryAt(['a'], 1)).toThrow('There is no entry 1 in a list of 1');
  expect(entryAt(['a'], 0)).toBe('a');
  for (const length of [16, 256, 4096]) {
    const full = vectorOf(Array.from({ length }, (_, index) => index));
    expect([0, length - 1].map((index) => valueAt(full, index))).toEqual([0, length - 1]);
    for (const index of [-1, length]) expect(() => valueAt(full, index)).toThrow(RangeError);
  }
});

test('grows by one value at a time, and leaves earlier versions', () => {
  let vector = vectorOf<number>([]);
  const versions = [vector];
  for (let length = 0; length < 5_000; length += 1) {
    vector = withPushed(vector, length);
    if (length % 257 === 0) versions.push(vector);
  }
  expect([...valuesOf(vector)]).toEqual(Array.from({ length: 5_000 }, (_, index) => index));
  // As flat as it can be: deeper, it would be slower.
  expect(vector).toEqual(vectorOf([...valuesOf(vector)]));
  for (const version of versions)
    expect([...valuesOf(version)]).toEqual([...valuesOf(vector)].slice(0, version.length));
  const made = vectorOf(Array.from({ length: 16 }, (_, index) => index));
  expect([...valuesOf(withPushed(made, 16))]).toHaveLength(17);
});

test('it has nothing to do with the array that it was made of', () => {
  const values = ['a'];
  const vector = vectorOf(values);
  values[0] = 'b';
  expect(valueAt(vector, 0)).toBe('a');
});
