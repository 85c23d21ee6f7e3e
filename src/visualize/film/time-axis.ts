import { elementAt, type Film } from './film.ts';

/** From and until, in milliseconds since the start of the run. */
export type TimeRange = readonly [fromRunMs: number, untilRunMs: number];

/** The part of a run that a time axis shows. Long quiet stretches may be shortened. */
export interface TimeAxis {
  readonly range: TimeRange;
  /** The stretches that are shortened. */
  readonly gaps: readonly TimeRange[];
  /** Points of a rising line: times of the run, and their positions as a share of the axis. */
  readonly runMs: readonly number[];
  readonly shares: readonly number[];
}

/** A stretch without changes is shortened if it takes more than this share of the axis. */
const LEAST_GAP = 0.06;
/** The share left of it. */
const GAP_SHARE = 0.05;
const MOST_GAPS_SHARE = 0.4;
/** The shortest part that an axis shows. */
export const LEAST_RANGE_MS = 10_000;

/** The stretches of a range in which no host changes, if they are long enough to shorten. */
export function quietGaps(film: Film, [from, until]: TimeRange): readonly TimeRange[] {
  const gaps: TimeRange[] = [];
  let last = from;
  const add = (runMs: number) => {
    if (runMs - last > (until - from) * LEAST_GAP) gaps.push([last, runMs]);
    last = runMs;
  };
  for (let change = film.changesBy(from); change < film.times.length; change += 1) {
    const runMs = elementAt(film.times, change);
    if (runMs >= until) break;
    add(runMs);
  }
  add(until);
  // If nothing else is left, there is nothing to make room for.
  return lengthOf(gaps) === until - from ? [] : gaps;
}

const lengthOf = (ranges: readonly TimeRange[]): number => ranges.reduce((sum, [from, until]) => sum + until - from, 0);

/** An axis over a range, in which each gap takes the same small share. */
export function timeAxis(range: TimeRange, gaps: readonly TimeRange[] = []): TimeAxis {
  const [from, until] = range;
  const gapShare = Math.min(GAP_SHARE, MOST_GAPS_SHARE / Math.max(1, gaps.length));
  const shortened = lengthOf(gaps);
  const perMs = (1 - gaps.length * gapShare) / Math.max(1, until - from - shortened);
  const [runMs, shares] = [[from], [0]];
  let [now, share] = [from, 0];
  const go = (to: number, by: number) => {
    [now, share] = [to, share + by];
    runMs.push(to);
    shares.push(share);
  };
  for (const [begin, end] of gaps) {
    go(begin, (begin - now) * perMs);
    go(end, gapShare);
  }
  go(until, (until - now) * perMs);
  return { range, gaps, runMs, shares };
}

/** The position of a moment as a share of the axis; 0 and 1 beyond its ends. */
export const shareAt = (axis: TimeAxis, runMs: number): number => interpolate(axis.runMs, axis.shares, runMs);

/** The moment at a position on the axis. */
export const runMsAtShare = (axis: TimeAxis, share: number): number => interpolate(axis.shares, axis.runMs, share);

/** The range after zooming by a factor around a moment, which keeps its position; `null` is the whole run. */
export function zoomedRange([from, until]: TimeRange, endRunMs: number, factor: number, at: number): TimeRange | null {
  const length = Math.max(LEAST_RANGE_MS, (until - from) / factor);
  if (length >= endRunMs) return null;
  const kept = Math.min(until, Math.max(from, at));
  const share = (kept - from) / Math.max(1, until - from);
  return rangeFrom(kept - share * length, length, endRunMs);
}

/** A range of this length that starts at this moment, or as near to it as the run allows. */
function rangeFrom(begin: number, length: number, endRunMs: number): TimeRange {
  const from = Math.round(Math.max(0, Math.min(endRunMs - length, begin)));
  return [from, Math.round(from + length)];
}

/** The range, limited to a run of this length; `null` is the whole run. */
export function rangeIn(range: TimeRange | null, endRunMs: number): TimeRange | null {
  if (range === null) return null;
  const [from, until] = range;
  return until - from >= endRunMs ? null : rangeFrom(from, until - from, endRunMs);
}

/** The range, moved as little as needed to contain a moment. */
export function rangeWith(range: TimeRange, endRunMs: number, runMs: number): TimeRange {
  const [from, until] = range;
  const length = until - from;
  if (runMs >= from && runMs <= until) return range;
  return rangeFrom(runMs < from ? runMs : runMs - length, length, endRunMs);
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const STEPS = [
  ...[1, 2, 5, 10, 30].map((each) => each * SECOND),
  ...[1, 2, 5, 10, 20, 30].map((each) => each * MINUTE),
  ...[1, 2, 3, 6, 12, 24, 48, 168].map((each) => each * HOUR),
];

/** Round times along an axis, up to a limited number; none inside a gap. */
export function ticksOf({ range: [from, until], gaps }: TimeAxis, most: number): readonly number[] {
  const shown = until - from - lengthOf(gaps);
  const step = STEPS.find((each) => shown / each <= Math.max(1, most)) ?? (until - from) / Math.max(1, most);
  const first = Math.ceil(from / step);
  const ticks = Array.from({ length: Math.floor(until / step) - first + 1 }, (_, at) => (first + at) * step);
  return ticks.filter((runMs) => !gaps.some(([begin, end]) => runMs > begin && runMs < end));
}

/** The value at a point of a rising line; beyond an end, the value at that end. */
export function interpolate(from: readonly number[], to: readonly number[], value: number): number {
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
