import { elementAt, type Film } from './film.ts';
import { isBad } from './looks.ts';

/** Maps time of the run to time of the film, as points of a rising line. */
export interface Pace {
  /** Milliseconds since the start of the run. */
  readonly runMs: readonly number[];
  /** Milliseconds since the start of the film. */
  readonly filmMs: readonly number[];
  readonly lengthMs: number;
}

/** A stretch without any change lasts at most this long in a film of 30 seconds. */
const LONGEST_QUIET_MS = 400;
/** A failure is held for this long. */
const FAILURE_MS = 1_200;
/** Changes closer together than this share of the film count as one moment. */
const MOMENTS = 600;
/** The maximum number of failures that are held. */
const MAX_HELD = 6;

/** The pace of a film of a given length. Time runs slower where much changes, and pauses at failures. */
export function paceOf(film: Film, endRunMs: number, lengthMs: number): Pace {
  const end = Math.max(1, endRunMs);
  const weights = new Float64Array(MOMENTS);
  const held = new Float64Array(MOMENTS);
  let failures = 0;
  for (let change = 0; change < film.times.length; change += 1) {
    const moment = Math.min(MOMENTS - 1, Math.floor((elementAt(film.times, change) / end) * MOMENTS));
    if (moment < 0) continue;
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
  const quietMs = quietPerMoment(busy, lengthMs - heldMs, lengthMs);
  const busyTotal = busy.reduce((sum, weight) => sum + weight, 0);
  const quietTotal = busy.reduce((sum, weight) => sum + (weight === 0 ? quietMs : 0), 0);
  const perWeight = busyTotal === 0 ? 0 : (lengthMs - heldMs - quietTotal) / busyTotal;

  const runMs = [0];
  const filmMs = [0];
  let shown = 0;
  for (let moment = 0; moment < MOMENTS; moment += 1) {
    const weight = elementAt(busy, moment);
    shown += weight === 0 ? quietMs : weight * perWeight;
    runMs.push((end * (moment + 1)) / MOMENTS);
    filmMs.push(shown);
    if (elementAt(held, moment) === 0) continue;
    shown += elementAt(held, moment) * holdScale;
    runMs.push((end * (moment + 1)) / MOMENTS);
    filmMs.push(shown);
  }
  return { runMs, filmMs, lengthMs: shown };
}

/** How long a moment without changes lasts, so that no quiet stretch is too long. */
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

/** The time of the run at a time of the film. */
export const runMsAt = (pace: Pace, filmMs: number): number => interpolate(pace.filmMs, pace.runMs, filmMs);

/** The first time of the film that shows a time of the run. */
export const filmMsAt = (pace: Pace, runMs: number): number => interpolate(pace.runMs, pace.filmMs, runMs);

function interpolate(from: readonly number[], to: readonly number[], value: number): number {
  let [low, high] = [0, from.length - 1];
  if (value <= elementAt(from, low)) return elementAt(to, low);
  if (value >= elementAt(from, high)) return elementAt(to, high);
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (elementAt(from, middle) < value) low = middle;
    else high = middle;
  }
  const span = elementAt(from, high) - elementAt(from, low);
  const share = span === 0 ? 1 : (value - elementAt(from, low)) / span;
  return elementAt(to, low) + share * (elementAt(to, high) - elementAt(to, low));
}
