/** Milliseconds since the Unix epoch, UTC. */
type Time = number;

const MS_PER_SECOND = 1000;
const MS_PER_MINUTE = 60 * MS_PER_SECOND;
const MS_PER_HOUR = 60 * MS_PER_MINUTE;
const MS_PER_DAY = 24 * MS_PER_HOUR;

/** The earliest time that RFC 3339 can express: the start of the year 0000, in epoch milliseconds. */
export const MIN_TIME: Time = -62_167_219_200_000;
/** The latest time that RFC 3339 can express: the end of the year 9999, in epoch milliseconds. */
export const MAX_TIME: Time = 253_402_300_799_999;

const DATE_AND_TIME = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})/;
const DATE_AND_TIME_LENGTH = '0000-00-00T00:00:00'.length;
const OFFSET = /^([+-])([01]\d|2[0-3]):([0-5]\d)$/;
/** The longest offset, `+00:00`. */
const MAX_OFFSET_LENGTH = 6;

/**
 * Parses an RFC 3339 date-time, rounded down to the millisecond; `null` if `text` is not one.
 *
 * Accepts any offset, any number of fraction digits, and lower-case `t` and `z`, but no space instead of the `T`. Dates
 * must exist. A leap second is accepted only as the last second of a month in UTC. As in POSIX time, it counts as the
 * first second of the next month. The time must be in the years 0000 to 9999 UTC, or it could not be written again.
 */
export function parseTime(text: string): Time | null {
  const match = DATE_AND_TIME.exec(text);
  if (match === null) return null;
  const part = (index: number): number => Number(match[index]);
  const [year, month, day] = [part(1), part(2), part(3)];
  const [hour, minute, second] = [part(4), part(5), part(6)];
  const midnight = startOfDay(year, month, day);
  if (midnight === null) return null;
  if (hour > 23 || minute > 59 || second > 60) return null;

  const fraction = readFraction(text, DATE_AND_TIME_LENGTH);
  const offset = fraction === null ? null : readOffset(text, fraction.end);
  if (fraction === null || offset === null) return null;
  const timeOfDay = hour * MS_PER_HOUR + minute * MS_PER_MINUTE + second * MS_PER_SECOND;
  const wholeSeconds = midnight + timeOfDay - offset;
  if (second === 60 && !isStartOfMonth(wholeSeconds)) return null;
  const time = wholeSeconds + fraction.ms;
  return time < MIN_TIME || time > MAX_TIME ? null : time;
}

/** `time` in UTC with milliseconds, the only form that this project writes; `null` outside the years 0000 to 9999. */
export function formatTime(time: Time): string | null {
  const ms = Math.floor(time);
  if (!(ms >= MIN_TIME && ms <= MAX_TIME)) return null;
  return new Date(ms).toISOString();
}

/** Midnight UTC of a day of the Gregorian calendar; `null` if there is no such day. */
function startOfDay(year: number, month: number, day: number): Time | null {
  const date = new Date(0);
  // `Date.UTC` would read the years 0 to 99 as 1900 to 1999.
  const time = date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? time : null;
}

function isStartOfMonth(ms: number): boolean {
  return ms % MS_PER_DAY === 0 && new Date(ms).getUTCDate() === 1;
}

/**
 * The milliseconds of an optional fraction at `start`, and the offset of its end; `null` for a point without digits.
 */
function readFraction(text: string, start: number): { readonly ms: number; readonly end: number } | null {
  if (text[start] !== '.') return { ms: 0, end: start };
  let end = start + 1;
  // A regular expression would run out of stack on a fraction of several megabytes.
  while (end < text.length && isDigit(text.charCodeAt(end))) end += 1;
  if (end === start + 1) return null;
  return { ms: Number(text.slice(start + 1, Math.min(end, start + 4)).padEnd(3, '0')), end };
}

/** How far local time is ahead of UTC, from the offset at the end of `text`; `-00:00` is UTC. */
function readOffset(text: string, start: number): number | null {
  if (text.length - start > MAX_OFFSET_LENGTH) return null;
  const offset = text.slice(start);
  if (offset === 'Z' || offset === 'z') return 0;
  const match = OFFSET.exec(offset);
  if (match === null) return null;
  const ahead = Number(match[2]) * MS_PER_HOUR + Number(match[3]) * MS_PER_MINUTE;
  return match[1] === '-' ? -ahead : ahead;
}

function isDigit(charCode: number): boolean {
  return charCode >= 48 && charCode <= 57;
}
