import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeSpan, parseSpan } from '../../../src/simulator/span.ts';
import { generateFleet } from '../../../src/simulator/generate-fleet.ts';
import { waveSizes } from '../../../src/simulator/plan-fleet.ts';

describe('spans', () => {
  it('are read', () => {
    expect(parseSpan('30s to 1m')).toEqual({ minMs: 30_000, maxMs: 60_000 });
    expect(parseSpan('1m to 30s')).toBeNull();
    expect(parseSpan('30s to 1m to 2m')).toBeNull();
  });

  it('come back from what was written', () => {
    fc.assert(
      fc.property(fc.nat({ max: 10 ** 12 }), fc.nat({ max: 10 ** 9 }), (ms, more) => {
        expect(parseSpan(writeSpan({ minMs: ms, maxMs: ms + more }))).toEqual({ minMs: ms, maxMs: ms + more });
      }),
    );
  });
});

describe('generated fleets', () => {
  it('are the same for the same seed, valid, and whole', () => {
    for (const hosts of [1, 2, 9, 10, 100, 1000]) {
      for (const waves of [1, 3, 7]) {
        const fleet = generateFleet({ hosts, waves, seed: 5 });
        expect(fleet).toEqual(generateFleet({ hosts, waves, seed: 5 }));
        expect(fleet.hosts.size).toBe(hosts);
        const staged = [...fleet.waves.values()].flatMap((list) => list.flatMap((wave) => wave.hosts));
        expect(new Set(staged).size).toBe(hosts);
      }
    }
    expect(generateFleet({ hosts: 50, waves: 3, seed: 5 })).not.toEqual(
      generateFleet({ hosts: 50, waves: 3, seed: 6 }),
    );
    expect(() => generateFleet({ hosts: 0, waves: 1, seed: 1 })).toThrow('hosts');
    expect(() => generateFleet({ hosts: 1, waves: 0, seed: 1 })).toThrow('waves');
  });

  it('have waves that add up', () => {
    fc.assert(
      fc.property(fc.nat({ max: 5000 }), fc.integer({ min: 1, max: 20 }), (hosts, count) => {
        const sizes = waveSizes(hosts, count);
        expect(sizes).toHaveLength(count);
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(hosts);
        expect(sizes.every((size) => size >= 0)).toBe(true);
      }),
    );
  });
});
