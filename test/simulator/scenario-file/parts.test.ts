import { describe, expect } from 'vitest';
import { fc, it } from '@fast-check/vitest';
import {
  formatDuration,
  formatSpan,
  parseDuration,
  parseSpan,
} from '../../../src/simulator/scenario-file/durations.ts';
import { exactPattern, hostMatcher } from '../../../src/simulator/scenario-file/host-patterns.ts';
import { generateFleet } from '../../../src/simulator/generate-fleet.ts';
import { waveSizes } from '../../../src/simulator/plan-fleet.ts';

describe('durations', () => {
  it('are read', () => {
    expect(['30s', '2m', '1h30m', '1h 30m', '250ms', '1.5s', '0s', '1d'].map(parseDuration)).toEqual([
      30_000, 120_000, 5_400_000, 5_400_000, 250, 1500, 0, 86_400_000,
    ]);
    expect(['', '30', 's', '-1s', '1 s', '1y', '1s2', '1e3s', `${'9'.repeat(13)}s`].map(parseDuration)).toEqual(
      Array.from({ length: 9 }, () => null),
    );
    expect(parseSpan('1m to 30s')).toBeNull();
    expect(parseSpan('30s to 1m to 2m')).toBeNull();
  });

  it.prop([fc.nat({ max: 10 ** 12 }), fc.nat({ max: 10 ** 9 })])('come back from what was written', (ms, more) => {
    expect(parseDuration(formatDuration(ms))).toBe(ms);
    expect(parseSpan(formatSpan({ minMs: ms, maxMs: ms + more }))).toEqual({ minMs: ms, maxMs: ms + more });
  });
});

describe('patterns of hosts', () => {
  it('know stars and question marks', () => {
    const matches = (pattern: string): readonly string[] =>
      ['web-1', 'web-12', 'db-1', 'web-'].filter(hostMatcher(pattern));
    expect(matches('web-*')).toEqual(['web-1', 'web-12', 'web-']);
    expect(matches('web-?')).toEqual(['web-1']);
    expect(matches('*1')).toEqual(['web-1', 'db-1']);
    expect(matches('*-1*')).toEqual(['web-1', 'web-12', 'db-1']);
    expect(matches('web')).toEqual([]);
  });

  it.prop([fc.string({ unit: fc.constantFrom('a', 'b', '*', '?') }), fc.string({ unit: fc.constantFrom('a', 'b') })])(
    'agree with regular expressions',
    (pattern, name) => {
      const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
      expect(hostMatcher(pattern)(name)).toBe(expression.test(name));
    },
  );

  it.prop([fc.string(), fc.string()])('match one name only when they are to', (name, other) => {
    expect(hostMatcher(exactPattern(name))(name)).toBe(true);
    expect(hostMatcher(exactPattern(name))(other)).toBe(name === other);
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

  it.prop([fc.nat({ max: 5000 }), fc.integer({ min: 1, max: 20 })])('have waves that add up', (hosts, count) => {
    const sizes = waveSizes(hosts, count);
    expect(sizes).toHaveLength(count);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(hosts);
    expect(sizes.every((size) => size >= 0)).toBe(true);
  });
});
