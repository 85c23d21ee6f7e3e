import {
  formatRoundDuration,
  parseDuration,
  parseTime,
  timeOfDay,
  type Problem,
  type StartTime,
} from '../text/index.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/**
 * Reads `--deadline`: a duration, a date with a time, or a time of day, meaning the next one after the start.
 *
 * @returns milliseconds since the start; `null`, and a problem, if it cannot be read
 */
export function readDeadline(text: string, start: StartTime | null, problems: Problem[]): number | null {
  const path = `--deadline ${text}`;
  const duration = parseDuration(text);
  if (duration !== null && duration > 0) return duration;
  const ofDay = timeOfDay(text);
  const at = parseTime(text);
  if (duration !== null || (ofDay === null && at === null)) {
    const remedy = 'Write it as 8h, 06:00, or 2026-05-17T06:00:00Z.';
    problems.push({ path, message: 'expected a duration, a time of day, or a date with a time', remedy });
    return null;
  }
  if (start === null) {
    problems.push({
      path,
      message: 'a time of day needs a start',
      remedy: 'Give --start 22:00, or a duration.',
    });
    return null;
  }
  const { startAt } = start;
  if (at !== null) {
    if (at > startAt) return at - startAt;
    problems.push({ path, message: 'the deadline is not after the start', remedy: 'Give a later one.' });
    return null;
  }
  const zoneMs = (ofDay?.offsetMinutes ?? start.offsetMinutes) * MINUTE_MS;
  const startOfDay = (startAt + zoneMs) % DAY_MS;
  const untilMs = ((ofDay?.sinceMidnightMs ?? 0) - startOfDay + DAY_MS) % DAY_MS;
  return untilMs === 0 ? DAY_MS : untilMs;
}

/** A duration for a sentence; from ten minutes on, rounded to the minute. */
export function roughly(ms: number): string {
  const rounded = ms < 10 * MINUTE_MS ? Math.round(ms / 1000) * 1000 : Math.round(ms / MINUTE_MS) * MINUTE_MS;
  return formatRoundDuration(rounded);
}
