import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bitsOf, hasBit, membersOf, nextBit, withBit } from '../../src/control-plane/bits.ts';

test('behaves as a sorted set', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40_000 }),
      fc.array(fc.tuple(fc.nat(), fc.boolean()), { maxLength: 60 }),
      fc.nat(),
      (size, sets, from) => {
        let bits = bitsOf(size, (index) => index % 977 === 3);
        const model = new Set(Array.from({ length: size }, (_, index) => index).filter((index) => index % 977 === 3));
        for (const [at, present] of sets) {
          const index = at % size;
          bits = withBit(bits, index, present);
          if (present) model.add(index);
          else model.delete(index);
          expect(hasBit(bits, index)).toBe(present);
        }
        const sorted = [...model].sort((a, b) => a - b);
        expect([...membersOf(bits)]).toEqual(sorted);
        expect(nextBit(bits, from % size)).toBe(sorted.find((index) => index >= from % size) ?? -1);
      },
    ),
    { numRuns: 100 },
  );
});

test('every bit of a word, the sign bit too', () => {
  let bits = bitsOf(2048, () => true);
  for (let index = 0; index < 2048; index += 1) {
    expect(nextBit(bits, 0)).toBe(index);
    bits = withBit(bits, index, false);
  }
  expect([nextBit(bits, 0), nextBit(bits, 5000), hasBit(bits, 99_999)]).toEqual([-1, -1, false]);
});

test('the only member of many words comes and goes', () => {
  const empty = bitsOf(40_000, () => false);
  for (const index of [39_999, 0, 1_055, 32_768]) {
    const one = withBit(empty, index, true);
    expect([...membersOf(one)]).toEqual([index]);
    expect(withBit(one, index, false)).toEqual(empty);
  }
});

test('nothing changes, nothing is copied; the empty set has no members', () => {
  const bits = bitsOf(10, (index) => index === 3);
  expect(withBit(bits, 3, true)).toBe(bits);
  expect(withBit(bits, 4, false)).toBe(bits);
  expect([...membersOf(bitsOf(0, () => true))]).toEqual([]);
});
