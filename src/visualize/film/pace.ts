import { elementAt, type Film } from './film.ts';
import { isBad } from './looks.ts';
import { interpolate, type TimeRange } from './time-axis.ts';

/** Maps the time of the run to that of the film: points of a rising line. */
export interface Pace {
  /** Milliseconds since the start of the run. */
  readonly runMs: readonly number[];
  /** Milliseconds since the start of the film. */
  readonly filmMs: readonly number[];
  readonly lengthMs: number;
}

/** A stretch without changes lasts at most this long in a film of 30 seconds. */
const LONGEST_QUIET_MS = 400;
/** A failure is held for this long. */
const FAILURE_MS = 1_200;
/** Changes closer together than this share of the film count as one moment. */
const MOMENTS = 600;
/** How many failures are held at most. */
const MAX_HELD = 6;

/**
 * The pace of a film of a given length, for a part of a run. Time runs slower where much changes, and pauses at
 * failures.
 *
 * @param isSkipping stretches without changes take no time
 */
export function paceOf(film: Film, [from, until]: TimeRange, lengthMs: number, isSkipping = false): Pace {
  const span = Math.max(1, until - from);
  const weights = new Float64Array(MOMENTS);
  const held = new Float64Array(MOMENTS);
  let failures = 0;
  for (let change = 0; change < film.times.length; change += 1) {
    const runMs = elementAt(film.times, change);
    if (runMs < from || runMs > until) continue;
    const moment = Math.min(MOMENTS - 1, Math.floor(((runMs - from) / span) * MOMENTS));
    weights[moment] = elementAt(weights, moment) + 1;
    if (isBad(elementAt(film.to, change)) && held[moment] === 0 && failures < MAX_HELD) {
      held[moment] = FAILURE_MS;
      failures += 1;
    }
  }
  // A hundred changes at once take longer to watch than one, but not a hundred times as long.
  const busy = weights.map((weight) => Math.log2(1 + weight));
  const heldMs = Math.min(
    lengthMs / 2,
    held.reduce((sum, ms) => sum + ms, 0),
  );
  const holdScale = heldMs === 0 ? 0 : heldMs / held.reduce((sum, ms) => sum + ms, 0);
  const isQuiet = busy.every((weight) => weight === 0);
  const quietMs = isSkipping && !isQuiet ? 0 : quietPerMoment(busy, lengthMs - heldMs, lengthMs);
  const busyTotal = busy.reduce((sum, weight) => sum + weight, 0);
  const quietTotal = busy.reduce((sum, weight) => sum + (weight === 0 ? quietMs : 0), 0);
  const perWeight = busyTotal === 0 ? 0 : (lengthMs - heldMs - quietTotal) / busyTotal;

  const runMs = [from];
  const filmMs = [0];
  let shown = 0;
  for (let moment = 0; moment < MOMENTS; moment += 1) {
    const weight = elementAt(busy, moment);
    shown += weight === 0 ? quietMs : weight * perWeight;
    runMs.push(from + (span * (moment + 1)) / MOMENTS);
    filmMs.push(shown);
    if (elementAt(held, moment) === 0) continue;
    shown += elementAt(held, moment) * holdScale;
    runMs.push(from + (span * (moment + 1)) / MOMENTS);
    filmMs.push(shown);
  }
  return { runMs, filmMs, lengthMs: shown };
}

/** How long a moment without changes lasts, so that no quiet stretch takes too long. */
function quietPerMoment(busy: Float64Array, availableMs: number, lengthMs: number): number {
  let [longest, current, quiet] = [0, 0, 0];
  for (const weight of busy) {
    current = weight === 0 ? current + 1 : 0;
    quiet += weight === 0 ? 1 : 0;
    longest = Math.max(longest, current);
  }
  if (quiet === 0) return 0;
  if (quiet === MOMENTS) return availableMs / MOMENTS;
  const most = (LONGEST_QUIET_MS * lengthMs) / 30_000 / longest;
  return Math.min(most, availableMs / MOMENTS);
}

/** Real time, except for skipped stretches. */
export function paceSkipping([from, until]: TimeRange, gaps: readonly TimeRange[]): Pace {
  const [runMs, filmMs] = [[from], [0]];
  let [now, shown] = [from, 0];
  for (const [begin, end] of [...gaps, [until, until] as const]) {
    shown += begin - now;
    now = end;
    runMs.push(begin, end);
    filmMs.push(shown, shown);
  }
  return { runMs, filmMs, lengthMs: shown };
}

/** The time of the run at a time of the film. */
export const runMsAt = (pace: Pace, filmMs: number): number => interpolate(pace.filmMs, pace.runMs, filmMs);

/** The first time of the film that shows a time of the run. */
export const filmMsAt = (pace: Pace, runMs: number): number => interpolate(pace.runMs, pace.filmMs, runMs);
