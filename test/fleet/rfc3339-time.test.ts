import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readRfc3339 } from '../../src/fleet/rfc3339-time.ts';

test('reads every time that a date can print', () => {
  const times = fc.date({
    min: new Date('0000-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(times, (date) => {
      expect(readRfc3339(date.toISOString())).toBe(date.getTime());
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['2026-05-16T01:00:00+05:30', Date.UTC(2026, 4, 15, 19, 30)],
  ['2026-05-16t01:00:00.9999z', Date.UTC(2026, 4, 16, 1, 0, 0, 999)],
  ['1969-12-31T23:59:59.5Z', -500],
  ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
  ['2026-02-29T00:00:00Z', null],
  ['2026-13-01T00:00:00Z', null],
  ['2026-05-16T24:00:00Z', null],
  ['2026-05-16 01:00:00Z', null],
  ['2026-05-16T01:00:00', null],
  ['2026-05-16', null],
  ['', null],
])('%s', (text, expected) => {
  expect(readRfc3339(text)).toBe(expected);
});
