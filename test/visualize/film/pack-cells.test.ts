import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cellAt, cornerOf, packCells } from '../../../src/visualize/film/pack-cells.ts';

const fleets = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 12 });

test('the middle of each cell is found in its own place, so no two cells overlap', () => {
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

test('cells are as large as the place allows', () => {
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

test('nothing lies between blocks', () => {
  expect(cellAt(packCells([4, 4], 900, 500), 890, 490)).toBeNull();
});
