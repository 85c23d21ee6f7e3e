import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SimulatedClock } from '../../src/simulator/clock.ts';

describe('a clock', () => {
  test('shows a time at the first moment that it says', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e7, max: 1e7 }),
        fc.integer({ min: -500, max: 500 }),
        fc.nat(1e9),
        (skew, drift, ahead) => {
          const clock = new SimulatedClock(1_700_000_000_000, skew, drift);
          const time = clock.read(0) + ahead;
          const at = clock.whenItShows(time);
          expect(clock.read(at)).toBeGreaterThanOrEqual(time);
          if (at > 0) expect(clock.read(at - 1)).toBeLessThan(time);
        },
      ),
    );
  });

  test('continues from where it was set', () => {
    const before = new SimulatedClock(1000, 0, 0);
    const clock = before.set(50, -500, 0);
    expect(before.read(50)).toBe(1050);
    expect(clock.read(50)).toBe(550);
    expect(clock.read(60)).toBe(560);
    expect(clock.whenItShows(Infinity)).toBe(Infinity);
  });
});
