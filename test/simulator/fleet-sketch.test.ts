import fc from 'fast-check';
import { expect, it } from 'vitest';
import { waveSizes } from '../../src/simulator/fleet-sketch.ts';

it('gives waves that add up', () => {
  fc.assert(
    fc.property(fc.nat({ max: 5000 }), fc.integer({ min: 1, max: 20 }), (hosts, count) => {
      const sizes = waveSizes(hosts, count);
      expect(sizes).toHaveLength(count);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(hosts);
      expect(sizes.every((size) => size >= 0)).toBe(true);
    }),
  );
});
