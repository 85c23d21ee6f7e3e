import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shorten } from '../../src/testing/shorten.ts';

const LIMITS = { trials: 10_000, items: 1_000_000 };
const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

describe('a list that fails', () => {
  it('is shortened to exactly what is needed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 200 }),
        fc.array(fc.nat(199), { minLength: 1, maxLength: 4 }),
        async (count, picked) => {
          const needed = new Set(picked.map((each) => each % count));
          const found = await shorten(
            upTo(count),
            (items) => Promise.resolve([...needed].every((each) => items.includes(each))),
            LIMITS,
          );
          expect(found).toEqual([...needed].toSorted((a, b) => a - b));
        },
      ),
    );
  });

  it('is empty if nothing is needed', async () => {
    expect(await shorten(upTo(9), () => Promise.resolve(true), LIMITS)).toEqual([]);
  });

  it('is tried first without a half, and within the limit of items', async () => {
    const sizes: number[] = [];
    const fails = (items: readonly number[]): Promise<boolean> => {
      sizes.push(items.length);
      return Promise.resolve(false);
    };
    expect(await shorten(upTo(8), fails, { trials: 100, items: 4 + 4 + 6 })).toEqual(upTo(8));
    expect(sizes).toEqual([4, 4, 6]);
  });

  it('is as short as the limits allow', async () => {
    let trials = 0;
    const fails = (items: readonly number[]): Promise<boolean> => {
      trials += 1;
      return Promise.resolve(items.includes(77));
    };
    const found = await shorten(upTo(100), fails, { trials: 3, items: 1_000 });
    expect(trials).toBe(3);
    expect(found).toContain(77);
    expect(found.length).toBeLessThan(100);
  });
});
