import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Film } from '../../../src/visualize/film/film.ts';
import { isBad, lookOfState, looks } from '../../../src/visualize/film/looks.ts';
import { timeAxis } from '../../../src/visualize/film/time-axis.ts';
import { MAX_FULL_LANES, bandsOf, countRiver, stackLanes } from '../../../src/visualize/film/river.ts';
import { HOSTS, changes } from './arbitrary-changes.ts';

const laneOf = Uint16Array.from([0, 0, 0, 1, 1, 2, 2]);
const sizes = [3, 2, 2];
const COLUMNS = 40;

describe('the counts of a river', () => {
  test('add up to the hosts of each lane, and end like the film', () => {
    fc.assert(
      fc.property(changes, (all) => {
        const film = new Film(HOSTS, all);
        const river = countRiver(film, laneOf, 3, timeAxis([0, 200]), COLUMNS);
        const end = film.looksAt(200);
        for (const [lane, size] of sizes.entries()) {
          for (let column = 0; column < COLUMNS; column += 1) {
            const from = (lane * COLUMNS + column) * looks.length;
            const own = [...river.counts.subarray(from, from + looks.length)];
            expect(own.reduce((sum, count) => sum + count, 0)).toBe(size);
            if (column < COLUMNS - 1) continue;
            const expected = looks.map(
              (_, look) => end.filter((each, host) => each === look && laneOf[host] === lane).length,
            );
            expect(own).toEqual(expected);
          }
        }
      }),
    );
  });

  test('of a range start with what has happened before it', () => {
    const film = new Film(1, [
      { runMs: 10, host: 0, look: 2 },
      { runMs: 60, host: 0, look: 5 },
    ]);
    const river = countRiver(film, Uint16Array.of(0), 1, timeAxis([50, 100]), 10);
    expect(bandsOf(river, 0, 0, 20).map(({ look }) => look)).toEqual([2]);
    expect(bandsOf(river, 0, 9, 20).map(({ look }) => look)).toEqual([5]);
  });
});

describe('the bands of a column', () => {
  test('show a single failure among ten thousand hosts', () => {
    const failed = lookOfState('Failed');
    const all = Array.from({ length: 10_000 }, (_, host) => ({ runMs: 1, host, look: lookOfState('Converged') }));
    const film = new Film(10_000, [...all, { runMs: 2, host: 77, look: failed }]);
    const river = countRiver(film, new Uint16Array(10_000), 1, timeAxis([0, 10]), 10);
    const [top, ...rest] = bandsOf(river, 0, 9, 30);
    expect(top).toEqual({ look: failed, y: 0, height: 3 });
    expect(rest.reduce((sum, { height }) => sum + height, 3)).toBeCloseTo(30, 3);
  });

  test('fill exactly the lane, worst on top', () => {
    fc.assert(
      fc.property(changes, (all) => {
        const river = countRiver(new Film(HOSTS, all), laneOf, 3, timeAxis([0, 200]), COLUMNS);
        for (const lane of sizes.keys()) {
          const bands = bandsOf(river, lane, COLUMNS - 1, 20);
          for (const [index, band] of bands.entries()) {
            const below = bands[index + 1];
            if (below !== undefined) expect(below.y).toBeCloseTo(band.y + band.height, 6);
            if (below !== undefined && isBad(below.look)) expect(isBad(band.look)).toBe(true);
            expect(band.y + band.height).toBeLessThanOrEqual(20 + 6);
          }
        }
      }),
    );
  });
});

describe('the lanes', () => {
  test('of larger waves are higher', () => {
    const [small, large] = stackLanes([1, 100], () => true);
    expect(small?.height).toBe(14);
    expect(large?.height).toBe(46);
  });

  test('of 200 waves fit into about 600 pixels, and those in progress keep their height', () => {
    const lanes = stackLanes(
      Array.from({ length: 200 }, () => 50),
      (lane) => lane === 42,
    );
    const last = lanes.at(-1);
    expect((last?.y ?? 0) + (last?.height ?? 0)).toBeLessThanOrEqual(650);
    expect(lanes[42]?.height).toBe(46);
    expect(MAX_FULL_LANES).toBeLessThan(200);
  });
});
