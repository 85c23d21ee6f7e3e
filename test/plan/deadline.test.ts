import { describe, expect, test } from 'vitest';
import { readDeadline } from '../../src/plan/index.ts';
import { roughly } from '../../src/plan/deadline.ts';
import { type Problem, type StartTime } from '../../src/text/index.ts';
import { startOf } from '../support/start-of.ts';

const HOUR_MS = 3_600_000;

describe('a deadline', () => {
  const read = (text: string, start: StartTime | null): number | string | undefined => {
    const problems: Problem[] = [];
    return readDeadline(text, start, problems) ?? problems[0]?.message;
  };

  test('is the next such time of day after the start', () => {
    expect(read('06:00', startOf('22:00+02:00'))).toBe(8 * HOUR_MS);
    expect(read('23:00', startOf('22:00'))).toBe(HOUR_MS);
    expect(read('22:00', startOf('22:00'))).toBe(24 * HOUR_MS);
    expect(read('06:00Z', startOf('22:00+02:00'))).toBe(10 * HOUR_MS);
  });

  test('is a duration, or a date', () => {
    expect(read('8h', null)).toBe(8 * HOUR_MS);
    expect(read('2026-05-17T06:00:00Z', startOf('2026-05-16T22:00:00Z'))).toBe(8 * HOUR_MS);
  });

  test('needs a start, and must be after it', () => {
    expect(read('06:00', null)).toBe('a time of day needs a start');
    expect(read('2026-05-15T06:00:00Z', startOf('2026-05-16T22:00:00Z'))).toBe('the deadline is not after the start');
    expect(read('0s', null)).toBe('expected a duration, a time of day, or a date with a time');
  });
});

test('durations are rounded to the minute from ten minutes on', () => {
  expect([302_000, 754_000, 7_229_000].map(roughly)).toEqual(['5m 02s', '13m', '2h']);
});
