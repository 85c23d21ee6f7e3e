import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Film } from '../../../src/visualize/film/film.ts';
import {
  LEAST_RANGE_MS,
  quietGaps,
  rangeIn,
  rangeWith,
  runMsAtShare,
  shareAt,
  ticksOf,
  timeAxis,
  zoomedRange,
  type TimeRange,
} from '../../../src/visualize/film/time-axis.ts';

const END = 4_000_000;
const moment = fc.integer({ min: 0, max: END });
const film = fc.array(moment, { maxLength: 30 }).map(
  (times) =>
    new Film(
      1,
      times.map((runMs) => ({ runMs, host: 0, look: 2 })),
    ),
);
const range = fc
  .tuple(fc.integer({ min: 0, max: END - LEAST_RANGE_MS }), fc.integer({ min: LEAST_RANGE_MS, max: END }))
  .map(([from, length]): TimeRange => [from, Math.min(END, from + length)]);

describe('a time axis', () => {
  test('has every moment of its range at one position, in order, whatever is shortened', () => {
    fc.assert(
      fc.property(film, range, moment, moment, (own, shown, one, other) => {
        const axis = timeAxis(shown, quietGaps(own, shown));
        const inside = Math.min(shown[1], Math.max(shown[0], one));
        expect(runMsAtShare(axis, shareAt(axis, inside))).toBeCloseTo(inside, 3);
        expect(shareAt(axis, shown[0])).toBe(0);
        expect(shareAt(axis, shown[1])).toBeCloseTo(1, 9);
        expect(shareAt(axis, Math.min(one, other))).toBeLessThanOrEqual(shareAt(axis, Math.max(one, other)));
      }),
    );
  });

  test('shortens only quiet stretches, and gives most of its length to the others', () => {
    fc.assert(
      fc.property(film, range, (own, shown) => {
        const gaps = quietGaps(own, shown);
        const axis = timeAxis(shown, gaps);
        let shortened = 0;
        for (const [from, until] of gaps) {
          const changes = own.times.filter((runMs) => runMs > from && runMs < until);
          expect(changes).toHaveLength(0);
          const share = shareAt(axis, until) - shareAt(axis, from);
          expect(share).toBeLessThan((until - from) / (shown[1] - shown[0]));
          shortened += share;
        }
        expect(shortened).toBeLessThanOrEqual(0.4 + 1e-9);
        for (const tick of ticksOf(axis, 8)) {
          expect(gaps.every(([from, until]) => tick <= from || tick >= until)).toBe(true);
        }
      }),
    );
  });

  test('shortens a soak', () => {
    const soaking = new Film(2, [
      { runMs: 0, host: 0, look: 2 },
      { runMs: 60_000, host: 0, look: 4 },
      { runMs: 1_000_000, host: 1, look: 2 },
      { runMs: 1_060_000, host: 1, look: 4 },
    ]);
    expect(quietGaps(soaking, [0, 1_060_000])).toEqual([[60_000, 1_000_000]]);
    // If nothing changes at all, shortening gains nothing.
    expect(quietGaps(soaking, [100_000, 900_000])).toEqual([]);
  });

  test('has few, round times', () => {
    expect(ticksOf(timeAxis([0, 3_600_000]), 7)).toEqual([0, 1, 2, 3, 4, 5, 6].map((each) => each * 600_000));
    expect(ticksOf(timeAxis([65_000, 95_000]), 4)).toEqual([70_000, 80_000, 90_000]);
  });
});

describe('a zoomed range', () => {
  test('keeps a moment in place, stays within the run, and ends as the whole run', () => {
    fc.assert(
      fc.property(range, fc.double({ min: 0.1, max: 10, noNaN: true }), moment, (from, factor, at) => {
        const zoomed = zoomedRange(from, END, factor, at) ?? [0, END];
        expect(zoomed[0]).toBeGreaterThanOrEqual(0);
        expect(zoomed[1]).toBeLessThanOrEqual(END);
        expect(zoomed[1] - zoomed[0]).toBeGreaterThanOrEqual(LEAST_RANGE_MS - 1);
      }),
    );
    expect(zoomedRange([0, 1_000_000], 1_000_000, 2, 250_000)).toEqual([125_000, 625_000]);
    expect(zoomedRange([125_000, 625_000], 1_000_000, 0.5, 250_000)).toBeNull();
  });

  test('of a longer run is moved into a shorter one, or becomes all of it', () => {
    expect(rangeIn([100, 200], 1_000)).toEqual([100, 200]);
    expect(rangeIn([900, 1_100], 1_000)).toEqual([800, 1_000]);
    expect(rangeIn([5_000, 6_500], 1_000)).toBeNull();
    expect(rangeIn(null, 1_000)).toBeNull();
  });

  test('follows a moment that leaves it, and no further', () => {
    expect(rangeWith([100, 200], 1_000, 150)).toEqual([100, 200]);
    expect(rangeWith([100, 200], 1_000, 250)).toEqual([150, 250]);
    expect(rangeWith([100, 200], 1_000, 20)).toEqual([20, 120]);
  });
});
