import { describe, expect, it } from 'vitest';
import { pairwiseRows } from '../../../src/testing/values/pairwise.ts';

/** Every pair of positions in the rows, and every possible pair. */
function pairsOf(sizes: readonly number[]) {
  const held = new Set<string>();
  const all = new Set<string>();
  sizes.forEach((size, first) => {
    sizes.slice(first + 1).forEach((other, offset) => {
      const second = first + 1 + offset;
      for (let a = 0; a < size; a += 1) for (let b = 0; b < other; b += 1) all.add(`${first}=${a} ${second}=${b}`);
      for (const row of pairwiseRows(sizes)) held.add(`${first}=${row[first]} ${second}=${row[second]}`);
    });
  });
  return { held, all };
}

describe('pairwise rows', () => {
  it.each([[[2, 2]], [[3, 4, 2]], [[5, 5, 5, 5, 2, 2, 1]], [[16, 16, 9, 7, 5, 5, 3, 2]]])(
    'hold every pair of values: %j',
    (sizes) => {
      const { held, all } = pairsOf(sizes);
      expect(held).toEqual(all);
    },
  );

  it('are hardly more than the two longest lists need', () => {
    expect(pairwiseRows([16, 16, 9, 7, 5, 5, 3, 2]).length).toBeLessThan(16 * 16 * 1.3);
    expect(pairwiseRows([2, 2, 2, 2, 2, 2, 2]).length).toBeLessThanOrEqual(10);
  });

  it('spread values evenly once all pairs are covered', () => {
    const rows = pairwiseRows([16, 16, 2]);
    const count = rows.filter(([, , value]) => value === 0).length;
    expect(count / rows.length).toBeGreaterThan(0.4);
    expect(count / rows.length).toBeLessThan(0.6);
  });
});
