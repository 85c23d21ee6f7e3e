import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatTime, MAX_TIME, MIN_TIME, parseTime } from '../../src/text/index.ts';
import * as arbitrary from '../support/arbitraries.ts';

describe('parseTime', () => {
  test.each([
    ['1970-01-01T00:00:00Z', 0],
    ['1970-01-01T00:00:00.001Z', 1],
    ['1969-12-31T23:59:59.999Z', -1],
    ['2026-05-16T10:00:00Z', 1_778_925_600_000],
    ['2026-05-16T12:00:00+02:00', 1_778_925_600_000],
    ['2026-05-16T04:30:00-05:30', 1_778_925_600_000],
    ['2026-05-16T10:00:00-00:00', 1_778_925_600_000],
    ['2026-05-17T09:59:00+23:59', 1_778_925_600_000],
    ['2026-05-16t10:00:00z', 1_778_925_600_000],
    ['0000-01-01T00:00:00Z', MIN_TIME],
    ['0000-02-29T00:00:00Z', MIN_TIME + 59 * 86_400_000],
    ['0099-12-31T23:59:59.999Z', -59_011_459_200_001],
    ['0001-01-01T00:00:00Z', -62_135_596_800_000],
    ['9999-12-31T23:59:59.999999999Z', MAX_TIME],
    ['2000-02-29T00:00:00Z', 951_782_400_000],
  ])('reads %s', (text, time) => {
    expect(parseTime(text)).toBe(time);
  });

  test.each([
    ['2026-05-16T10:00:00.1Z', 100],
    ['2026-05-16T10:00:00.12Z', 120],
    ['2026-05-16T10:00:00.1239Z', 123],
    ['2026-05-16T10:00:00.000999999999999999999Z', 0],
    [`2026-05-16T10:00:00.${'9'.repeat(1_000_000)}Z`, 999],
  ])('floors the fraction of %.40s', (text, ms) => {
    expect(parseTime(text)).toBe(1_778_925_600_000 + ms);
  });

  test('floors before 1970 too, away from zero', () => {
    expect(parseTime('1969-12-31T23:59:59.9999Z')).toBe(-1);
    expect(parseTime('1969-12-31T23:59:59.0001Z')).toBe(-1000);
  });

  test('takes a leap second where one can be, for the second after it', () => {
    expect(parseTime('2016-12-31T23:59:60Z')).toBe(Date.UTC(2017, 0, 1));
    expect(parseTime('2016-12-31T23:59:60.5Z')).toBe(Date.UTC(2017, 0, 1) + 500);
    expect(parseTime('1990-12-31T15:59:60-08:00')).toBe(Date.UTC(1991, 0, 1));
    expect(parseTime('2015-06-30T23:59:60Z')).toBe(Date.UTC(2015, 6, 1));
  });

  test.each([
    '2016-12-31T23:58:60Z',
    '2016-12-31T22:59:60Z',
    '2016-12-31T23:59:60-08:00',
    '2016-12-30T23:59:60Z',
    '9999-12-31T23:59:60Z',
    '2016-12-31T23:59:61Z',
  ])('takes no leap second where none can be: %s', (text) => {
    expect(parseTime(text)).toBeNull();
  });

  test.each([
    ['a day that does not exist', '2026-02-30T00:00:00Z'],
    ['a leap day in another year', '2026-02-29T00:00:00Z'],
    ['a leap day in 1900', '1900-02-29T00:00:00Z'],
    ['30 February in a leap year', '2024-02-30T00:00:00Z'],
    ['the 32nd', '2026-05-32T00:00:00Z'],
    ['31 April', '2026-04-31T00:00:00Z'],
    ['31 June', '2026-06-31T00:00:00Z'],
    ['31 September', '2026-09-31T00:00:00Z'],
    ['31 November', '2026-11-31T00:00:00Z'],
    ['day 0', '2026-04-00T00:00:00Z'],
    ['month 0', '2026-00-10T00:00:00Z'],
    ['month 13', '2026-13-10T00:00:00Z'],
    ['hour 24', '2026-05-16T24:00:00Z'],
    ['minute 60', '2026-05-16T10:60:00Z'],
    ['an offset of 24 hours', '2026-05-16T10:00:00+24:00'],
    ['an offset of 60 minutes', '2026-05-16T10:00:00+01:60'],
    ['an offset without a colon', '2026-05-16T10:00:00+0100'],
    ['an offset in hours', '2026-05-16T10:00:00+01'],
    ['no offset', '2026-05-16T10:00:00'],
    ['no offset after a fraction', '2026-05-16T10:00:00.5'],
    ['a point without a fraction', '2026-05-16T10:00:00.Z'],
    ['a comma for the point', '2026-05-16T10:00:00,5Z'],
    ['a space for the T', '2026-05-16 10:00:00Z'],
    ['a date alone', '2026-05-16'],
    ['no seconds', '2026-05-16T10:00Z'],
    ['one digit for two', '2026-5-16T10:00:00Z'],
    ['a year of five digits', '+12026-05-16T10:00:00Z'],
    ['a year before 0000', '-0001-05-16T10:00:00Z'],
    ['more after it', '2026-05-16T10:00:00ZZ'],
    ['much more after it', `2026-05-16T10:00:00Z${'0'.repeat(1_000_000)}`],
    ['a line break after it', '2026-05-16T10:00:00Z\n'],
    ['a blank before it', ' 2026-05-16T10:00:00Z'],
    ['other digits', '２026-05-16T10:00:00Z'],
    ['nothing', ''],
    ['a moment before 0000 in UTC', '0000-01-01T00:00:00+00:01'],
    ['a moment after 9999 in UTC', '9999-12-31T23:59:59-00:01'],
  ])('does not read %s', (_, text) => {
    expect(parseTime(text)).toBeNull();
  });

  test('reads any offset and any further digits', () => {
    fc.assert(
      fc.property(
        arbitrary.time,
        fc.integer({ min: -1439, max: 1439 }),
        fc.stringMatching(/^[0-9]{0,12}$/),
        (time, minutes, digits) => {
          const local = time + minutes * 60_000;
          fc.pre(local >= MIN_TIME && local <= MAX_TIME);
          const two = (value: number) => String(value).padStart(2, '0');
          const offset = `${minutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
          const text = new Date(local).toISOString().replace('Z', digits + offset);
          expect(parseTime(text)).toBe(time);
        },
      ),
    );
  });

  test('is a time of the years 0000 to 9999, or null', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...'0123456789-:.+TtZz '), { maxLength: 40 }), (characters) => {
        const time = parseTime(characters.join(''));
        expect(time === null || (Number.isInteger(time) && time >= MIN_TIME && time <= MAX_TIME)).toBe(true);
      }),
    );
  });
});

describe('formatTime', () => {
  test('writes UTC with milliseconds, always', () => {
    expect(formatTime(0)).toBe('1970-01-01T00:00:00.000Z');
    expect(formatTime(MIN_TIME)).toBe('0000-01-01T00:00:00.000Z');
    expect(formatTime(MAX_TIME)).toBe('9999-12-31T23:59:59.999Z');
  });

  test('writes what Date writes', () => {
    fc.assert(
      fc.property(arbitrary.time, (time) => {
        expect(formatTime(time)).toBe(new Date(time).toISOString());
      }),
    );
  });

  test('agrees with Date on every day of a cycle of the calendar', () => {
    const wrong: number[] = [];
    for (let day = 0; day < 146_097; day += 1) {
      const time = MIN_TIME + day * 86_400_000;
      const text = new Date(time).toISOString();
      if (formatTime(time) !== text || parseTime(text) !== time) wrong.push(time);
    }
    expect(wrong).toStrictEqual([]);
  });

  test('floors', () => {
    expect(formatTime(0.9)).toBe('1970-01-01T00:00:00.000Z');
    expect(formatTime(-0.1)).toBe('1969-12-31T23:59:59.999Z');
  });

  test.each([NaN, Infinity, -Infinity, MIN_TIME - 1, MAX_TIME + 1, 1e300])('writes no %s', (time) => {
    expect(formatTime(time)).toBeNull();
  });

  test('is the reverse of parseTime', () => {
    fc.assert(
      fc.property(arbitrary.time, (time) => {
        expect(parseTime(formatTime(time) ?? '')).toBe(time);
      }),
    );
  });
});
