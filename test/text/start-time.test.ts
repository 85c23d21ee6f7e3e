import { describe, expect, test } from 'vitest';
import { readStart, startClock, zoneName, type Problem } from '../../src/text/index.ts';
import { startOf } from '../support/start-of.ts';

const HOUR_MS = 3_600_000;

describe('a start', () => {
  test.each([
    ['22:00', '22:00', 'UTC'],
    ['22:00+02:00', '22:00', 'UTC+02:00'],
    ['2026-05-16T22:00:00Z', '22:00', 'UTC'],
    ['2026-05-16T22:00:00-03:30', '22:00', 'UTC-03:30'],
  ])('%s shows clock times in its own zone', (text, shown, zone) => {
    const start = startOf(text);
    expect(startClock(start, 'minutes')(0)).toBe(shown);
    expect(startClock(start, 'minutes')(3 * HOUR_MS)).toBe('+1d 01:00');
    expect(startClock(start, 'seconds')(61_000)).toBe(`${shown.slice(0, 3)}01:01`);
    expect(zoneName(start)).toBe(zone);
  });

  test('without one, times are since the start', () => {
    expect(startClock(null, 'minutes')(90_000)).toBe('1m 30s');
  });

  test.each(['25:00', 'tonight', '22', ''])('%s is refused', (text) => {
    const problems: Problem[] = [];
    expect(readStart(text, '--start', problems)).toBeNull();
    expect(problems).toHaveLength(1);
  });
});
