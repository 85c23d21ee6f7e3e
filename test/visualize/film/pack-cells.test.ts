import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cellAt, cornerOf, packCells, packOne } from '../../../src/visualize/film/pack-cells.ts';

const fleets = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 12 });

test('the middle of each cell belongs to that cell, so no two overlap', () => {
  fc.assert(
    fc.property(fleets, (counts) => {
      const layout = packCells(counts, 900, 500);
      for (const [block, count] of counts.entries()) {
        for (const index of [0, Math.floor(count / 2), count - 1]) {
          const corner = cornerOf(layout, block, index);
          expect(cellAt(layout, corner.x + layout.cell / 2, corner.y + layout.cell / 2)).toEqual({ block, index });
          expect(corner.x + layout.cell).toBeLessThanOrEqual(900 + 1);
        }
      }
    }),
  );
});

test('cells are as large as the space allows', () => {
  fc.assert(
    fc.property(fleets, (counts) => {
      const layout = packCells(counts, 900, 700);
      expect(layout.cell).toBeLessThanOrEqual(28);
      if (layout.cell > 1) expect(layout.height).toBeLessThanOrEqual(700);
    }),
  );
});

test('10,000 hosts have cells of 5 pixels, and 100,000 still have some', () => {
  const waves = (hosts: number) => [hosts * 0.01, hosts * 0.09, hosts * 0.3, hosts * 0.6];
  expect(packCells(waves(10_000), 1_048, 400).cell).toBeGreaterThanOrEqual(5);
  expect(packCells(waves(100_000), 1_048, 400).cell).toBeGreaterThanOrEqual(1.5);
});

test('no cell lies between blocks', () => {
  expect(cellAt(packCells([4, 4], 900, 500), 890, 490)).toBeNull();
});

test('a block shown alone has larger cells, and the others are out of sight', () => {
  const counts = [400, 90_000, 9_600];
  const all = packCells(counts, 900, 420);
  const one = packOne(counts, 2, 900, 420);
  expect(one.cell).toBeGreaterThan(2 * all.cell);
  const corner = cornerOf(one, 2, 7_000);
  expect(cellAt(one, corner.x + 1, corner.y + 1)).toEqual({ block: 2, index: 7_000 });
  for (const [at, { x, y, count }] of one.blocks.entries()) {
    if (at !== 2) expect(cellAt(one, x, y)).toBeNull();
    expect(count).toBe(at === 2 ? 9_600 : 0);
  }
  // Clickable cells matter more than seeing all of them at once.
  expect(packOne(counts, 1, 900, 420).cell).toBe(6);
  expect(packOne([5], 0, 900, 420).cell).toBe(48);
});
