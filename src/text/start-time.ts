import { formatDuration } from './duration.ts';
import type { Problem } from './problem.ts';
import { parseTime } from './rfc3339.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** The arbitrary day for a time of day without a date. */
const SOME_DAY = Date.UTC(2026, 0, 1);

/** When a run starts, and the time zone in which its times are shown. */
export interface StartTime {
  readonly startAt: number;
  /** Ahead of UTC. */
  readonly offsetMinutes: number;
}

/** Writes a moment of a run, in milliseconds since its start. */
export type StartClock = (ms: number) => string;

const TIME_OF_DAY = /^([01]\d|2[0-3]):([0-5]\d)(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)?$/;
const START_REMEDY = 'Write it as 22:00, 22:00+02:00, or 2026-05-16T22:00:00Z.';

/**
 * Reads a time of day (in UTC unless it has an offset) or a date and time. Otherwise `null`, and a problem at `path`.
 */
export function readStart(text: string, path: string, problems: Problem[]): StartTime | null {
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
  const found = JSON.stringify(text.slice(0, 100));
  problems.push({
    path,
    message: `expected a time of day, or a date with a time, found ${found}`,
    remedy: START_REMEDY,
  });
  return null;
}

/** Parses a time of day with an optional zone. */
export function timeOfDay(text: string): { sinceMidnightMs: number; offsetMinutes: number | null } | null {
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

/** Writes times since the start, or clock times if `start` is given. Later days are numbered: `+1d 02:10`. */
export function startClock(start: StartTime | null, precision: 'minutes' | 'seconds'): StartClock {
  if (start === null) return formatDuration;
  const { startAt, offsetMinutes } = start;
  const shiftedMs = startAt + offsetMinutes * MINUTE_MS;
  const firstDay = Math.floor(shiftedMs / DAY_MS);
  return (ms) => {
    if (!Number.isFinite(ms)) return formatDuration(ms);
    const at = shiftedMs + ms;
    const day = Math.floor(at / DAY_MS) - firstDay;
    const time = new Date(Math.floor(at)).toISOString().slice(11, precision === 'minutes' ? 16 : 19);
    return day === 0 ? time : `+${day}d ${time}`;
  };
}

/** The name of the zone in which times are shown: `UTC`, `UTC+02:00`. */
export function zoneName({ offsetMinutes }: StartTime): string {
  if (offsetMinutes === 0) return 'UTC';
  const minutes = Math.abs(offsetMinutes);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `UTC${offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
