import { describe, expect, it } from 'vitest';
import { generateFleet } from '../../src/simulator/generate-fleet.ts';

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
});
