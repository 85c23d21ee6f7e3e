import { formatDuration, parseDuration, parseTime, writeDuration, type Problem } from '../text/index.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** The arbitrary day for a time of day without a date. */
const SOME_DAY = Date.UTC(2026, 0, 1);

/** When a plan starts, and in which zone its times are shown. */
export interface PlanStart {
  readonly startAt: number;
  /** Ahead of UTC. */
  readonly offsetMinutes: number;
}

/** How a plan writes a moment of its run, in milliseconds since the start. */
export type PlanClock = (ms: number) => string;

const TIME_OF_DAY = /^([01]\d|2[0-3]):([0-5]\d)(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)?$/;
const START_REMEDY = 'Write it as 22:00, 22:00+02:00, or 2026-05-16T22:00:00Z.';

/** Reads `--start`: a time of day, in UTC unless it names an offset, or a date with both. */
export function readStart(text: string, problems: Problem[]): PlanStart | null {
  const ofDay = timeOfDay(text);
  if (ofDay !== null) {
    const { sinceMidnightMs, offsetMinutes } = ofDay;
    return {
      startAt: SOME_DAY + sinceMidnightMs - (offsetMinutes ?? 0) * MINUTE_MS,
      offsetMinutes: offsetMinutes ?? 0,
    };
  }
  const startAt = parseTime(text);
  if (startAt !== null) return { startAt, offsetMinutes: offsetOf(/(Z|[+-]\d\d:\d\d)$/i.exec(text)?.[1]) ?? 0 };
  problems.push({
    path: `--start ${text}`,
    message: 'expected a time of day, or a date with a time',
    remedy: START_REMEDY,
  });
  return null;
}

/**
 * Reads `--deadline`: a duration, a date with a time, or a time of day, which is the first one after the start.
 *
 * @returns milliseconds since the start; `null`, and a problem, if it cannot be read
 */
export function readDeadline(text: string, start: PlanStart | null, problems: Problem[]): number | null {
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
      message: 'a time of day says nothing without a start',
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

function timeOfDay(text: string): { sinceMidnightMs: number; offsetMinutes: number | null } | null {
  const [, hours, minutes, zone] = TIME_OF_DAY.exec(text) ?? [];
  if (hours === undefined || minutes === undefined) return null;
  return { sinceMidnightMs: (Number(hours) * 60 + Number(minutes)) * MINUTE_MS, offsetMinutes: offsetOf(zone) };
}

function offsetOf(zone: string | undefined): number | null {
  if (zone === undefined) return null;
  if (zone.toUpperCase() === 'Z') return 0;
  const [hours = 0, minutes = 0] = zone.slice(1).split(':').map(Number);
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

/** Times since the start, or clock times where the plan says when it starts; a later day has its number. */
export function planClock(start: PlanStart | null): PlanClock {
  if (start === null) return formatDuration;
  const { startAt, offsetMinutes } = start;
  const shiftedMs = startAt + offsetMinutes * MINUTE_MS;
  const firstDay = Math.floor(shiftedMs / DAY_MS);
  return (ms) => {
    const at = shiftedMs + ms;
    const day = Math.floor(at / DAY_MS) - firstDay;
    const time = new Date(Math.floor(at)).toISOString().slice(11, 16);
    return day === 0 ? time : `+${day}d ${time}`;
  };
}

/** The name of the zone in which times are shown: `UTC`, `UTC+02:00`. */
export function zoneName({ offsetMinutes }: PlanStart): string {
  if (offsetMinutes === 0) return 'UTC';
  const minutes = Math.abs(offsetMinutes);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `UTC${offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** A duration for a sentence, rounded to the minute from ten minutes on. */
export function roughly(ms: number): string {
  const rounded = ms < 10 * MINUTE_MS ? Math.round(ms / 1000) * 1000 : Math.round(ms / MINUTE_MS) * MINUTE_MS;
  return writeDuration(rounded).replaceAll(/([dhm])(?=\d)/g, '$1 ');
}
