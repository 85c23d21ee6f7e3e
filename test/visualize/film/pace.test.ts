import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Film } from '../../../src/visualize/film/film.ts';
import { lookOfState } from '../../../src/visualize/film/looks.ts';
import { filmMsAt, paceOf, paceSkipping, runMsAt } from '../../../src/visualize/film/pace.ts';
import { HOSTS, changes } from './arbitrary-changes.ts';

const END = 200;

describe('the pace of a film', () => {
  test('goes from the start of the run to its end, never backwards', () => {
    fc.assert(
      fc.property(changes, (all) => {
        const pace = paceOf(new Film(HOSTS, all), [0, END], 30_000);
        expect(runMsAt(pace, 0)).toBe(0);
        expect(runMsAt(pace, pace.lengthMs)).toBe(END);
        let before = 0;
        for (let filmMs = 0; filmMs <= 30_000; filmMs += 250) {
          const now = runMsAt(pace, filmMs);
          expect(now).toBeGreaterThanOrEqual(before);
          before = now;
        }
      }),
    );
  });

  test('is inverted correctly', () => {
    fc.assert(
      fc.property(changes, fc.double({ min: 0, max: END, noNaN: true }), (all, runMs) => {
        const pace = paceOf(new Film(HOSTS, all), [0, END], 30_000);
        expect(runMsAt(pace, filmMsAt(pace, runMs))).toBeCloseTo(runMs, 6);
      }),
    );
  });

  test('makes films of equal length for all fleets', () => {
    const dense = Array.from({ length: 5_000 }, (_, host) => ({ runMs: host, host, look: 3 }));
    const lengths = [
      paceOf(new Film(5_000, dense), [0, 5_000], 30_000),
      paceOf(new Film(1, []), [0, 1_000_000], 30_000),
    ];
    for (const { lengthMs } of lengths) expect(lengthMs).toBeCloseTo(30_000, 0);
  });

  test('hurries through a soak without events', () => {
    const film = new Film(2, [
      { runMs: 0, host: 0, look: 2 },
      { runMs: 3_600_000, host: 1, look: 2 },
    ]);
    const pace = paceOf(film, [0, 3_600_000], 30_000);
    expect(filmMsAt(pace, 3_500_000) - filmMsAt(pace, 100_000)).toBeLessThan(450);
  });

  test('pauses at a failure', () => {
    const calm = Array.from({ length: 600 }, (_, at) => ({ runMs: at * 10, host: at, look: 3 }));
    const film = new Film(600, [...calm, { runMs: 3_005, host: 300, look: lookOfState('Failed') }]);
    const pace = paceOf(film, [0, 6_000], 30_000);
    expect(filmMsAt(pace, 3_030) - filmMsAt(pace, 2_999)).toBeGreaterThan(1_200);
  });

  test('of a part of the run goes from the start of that part to its end', () => {
    const film = new Film(
      3,
      [0, 50_000, 90_000].map((runMs, host) => ({ runMs, host, look: 2 })),
    );
    const pace = paceOf(film, [40_000, 80_000], 15_000);
    expect([runMsAt(pace, 0), runMsAt(pace, 15_000)]).toEqual([40_000, 80_000]);
    expect(pace.lengthMs).toBeCloseTo(15_000, 0);
  });

  test('skips quiet stretches, by length and in real time', () => {
    const film = new Film(2, [
      { runMs: 0, host: 0, look: 2 },
      { runMs: 3_600_000, host: 1, look: 2 },
    ]);
    const skipped = paceOf(film, [0, 3_600_000], 30_000, true);
    expect(filmMsAt(skipped, 3_500_000) - filmMsAt(skipped, 100_000)).toBe(0);
    const real = paceSkipping([0, 3_700_000], [[50_000, 3_600_000]]);
    expect(filmMsAt(real, 3_650_000)).toBe(100_000);
    expect(real.lengthMs).toBe(150_000);
    expect(runMsAt(real, 60_000)).toBe(3_610_000);
  });
});
