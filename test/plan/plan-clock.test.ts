import { describe, expect, test } from 'vitest';
import { planClock, readDeadline, readStart, zoneName, type PlanStart } from '../../src/plan/index.ts';
import type { Problem } from '../../src/text/index.ts';

const HOUR_MS = 3_600_000;

function startOf(text: string): PlanStart {
  const problems: Problem[] = [];
  const start = readStart(text, problems);
  if (start === null) throw new Error(problems[0]?.message);
  return start;
}

describe('a start', () => {
  test.each([
    ['22:00', '22:00', 'UTC'],
    ['22:00+02:00', '22:00', 'UTC+02:00'],
    ['2026-05-16T22:00:00Z', '22:00', 'UTC'],
    ['2026-05-16T22:00:00-03:30', '22:00', 'UTC-03:30'],
  ])('%s shows clock times in its own zone', (text, shown, zone) => {
    const start = startOf(text);
    expect(planClock(start)(0)).toBe(shown);
    expect(planClock(start)(3 * HOUR_MS)).toBe('+1d 01:00');
    expect(zoneName(start)).toBe(zone);
  });

  test('without one, times are since the start', () => {
    expect(planClock(null)(90_000)).toBe('1m 30s');
  });

  test.each(['25:00', 'tonight', '22', ''])('%s is refused', (text) => {
    const problems: Problem[] = [];
    expect(readStart(text, problems)).toBeNull();
    expect(problems).toHaveLength(1);
  });
});

describe('a deadline', () => {
  const read = (text: string, start: PlanStart | null): number | string | undefined => {
    const problems: Problem[] = [];
    return readDeadline(text, start, problems) ?? problems[0]?.message;
  };

  test('is the first such time of day after the start', () => {
    expect(read('06:00', startOf('22:00+02:00'))).toBe(8 * HOUR_MS);
    expect(read('23:00', startOf('22:00'))).toBe(HOUR_MS);
    expect(read('22:00', startOf('22:00'))).toBe(24 * HOUR_MS);
    expect(read('06:00Z', startOf('22:00+02:00'))).toBe(10 * HOUR_MS);
  });

  test('is a duration, or a date', () => {
    expect(read('8h', null)).toBe(8 * HOUR_MS);
    expect(read('2026-05-17T06:00:00Z', startOf('2026-05-16T22:00:00Z'))).toBe(8 * HOUR_MS);
  });

  test('needs a start, and comes after it', () => {
    expect(read('06:00', null)).toBe('a time of day says nothing without a start');
    expect(read('2026-05-15T06:00:00Z', startOf('2026-05-16T22:00:00Z'))).toBe('the deadline is not after the start');
    expect(read('0s', null)).toBe('expected a duration, a time of day, or a date with a time');
  });
});
