import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, formatRoundDuration, parseDuration, writeDuration } from '../../src/text/index.ts';

describe('durations', () => {
  it('are read', () => {
    expect(['30s', '2m', '1h30m', '1h 30m', '250ms', '1.5s', '0s', '1d'].map(parseDuration)).toEqual([
      30_000, 120_000, 5_400_000, 5_400_000, 250, 1500, 0, 86_400_000,
    ]);
    expect(['', '30', 's', '-1s', '1 s', '1y', '1s2', '1e3s', `${'9'.repeat(13)}s`].map(parseDuration)).toEqual(
      Array.from({ length: 9 }, () => null),
    );
  });

  it('have at most five parts: `--until 1s1s1s1s1s1s1s` ran for 7 s', () => {
    expect(['1s1s1s1s1s', '1s1s1s1s1s1s', '1s1s1s1s1s1s1s'].map(parseDuration)).toEqual([5000, null, null]);
  });

  it('come back from what was written', () => {
    fc.assert(
      fc.property(fc.nat({ max: 10 ** 12 }), (ms) => {
        expect(parseDuration(writeDuration(ms))).toBe(ms);
      }),
    );
  });

  it('are shown to a person in seconds', () => {
    const shown = [0, 45_999, 125_000, 3_605_000, 273_900_000].map(formatDuration);
    expect(shown).toEqual(['0s', '45s', '2m 05s', '1h 00m 05s', '3d 04h 05m']);
    expect([1_200_000, 3_600_000, 90_000].map(formatRoundDuration)).toEqual(['20m', '1h', '1m 30s']);
  });
});
