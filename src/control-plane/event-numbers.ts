import { EMPTY_LIST } from '../text/index.ts';

/** Numbers from `from` up to and including `to`. */
export type SeqRange = readonly [from: number, to: number];

/**
 * Which of a host's events are in the event log, as a difference from "every number up to the record's `lastEventSeq`".
 * A synthesis or a take-over skips numbers for which no event has arrived. Such an event may still arrive. It then
 * changes no record, and must be logged once.
 */
export interface EventNumbers {
  /** The numbers up to `lastEventSeq` for which no event has arrived, in rising order. */
  readonly missing: readonly SeqRange[];
  /**
   * The numbers above `lastEventSeq` for which an event has arrived that the record could not accept, in rising order.
   */
  readonly ahead: readonly SeqRange[];
}

/** Every event up to the record's `lastEventSeq` has arrived, and none above it. */
export const ALL_ARRIVED: EventNumbers = Object.freeze({ missing: EMPTY_LIST, ahead: EMPTY_LIST });

/** The limit per record, whatever an agent sends. Forgotten numbers count as arrived. */
const MAX_REMEMBERED = 100;

/** Whether an event with this number has arrived. */
export function hasArrived({ missing, ahead }: EventNumbers, lastEventSeq: number, seq: number): boolean {
  return seq > lastEventSeq ? isIn(ahead, seq) : !isIn(missing, seq);
}

/** The numbers after an event that changed no record. */
export function withArrival(numbers: EventNumbers, lastEventSeq: number, seq: number): EventNumbers {
  const { missing, ahead } = numbers;
  if (hasArrived(numbers, lastEventSeq, seq)) return numbers;
  if (seq > lastEventSeq) return { missing, ahead: withNumber(ahead, seq) };
  return simplified({ missing: missing.flatMap((range) => without(range, [seq, seq])).slice(-MAX_REMEMBERED), ahead });
}

/**
 * The numbers after a record's `lastEventSeq` has moved from `before` to `after`.
 *
 * @param isReported whether an agent's event moved it, as opposed to a synthesis or a take-over
 */
export function advanced(numbers: EventNumbers, before: number, after: number, isReported: boolean): EventNumbers {
  // Nearly every event has the next number.
  if (isReported && after === before + 1 && numbers.ahead.length === 0) return numbers;
  if (after <= before) return numbers;
  const arrived: readonly SeqRange[] = isReported ? [...numbers.ahead, [after, after]] : numbers.ahead;
  let passed: readonly SeqRange[] = [[before + 1, after]];
  for (const range of arrived) passed = passed.flatMap((other) => without(other, range));
  return simplified({
    missing: [...numbers.missing, ...passed].slice(-MAX_REMEMBERED),
    ahead: numbers.ahead.flatMap((range) => without(range, [0, after])),
  });
}

function isIn(ranges: readonly SeqRange[], seq: number): boolean {
  return ranges.some(([from, to]) => from <= seq && seq <= to);
}

/** Adds a number. If there would be too many ranges, joins the lowest ones. */
function withNumber(ranges: readonly SeqRange[], seq: number): readonly SeqRange[] {
  const joined: SeqRange[] = [];
  for (const [from, to] of [...ranges, [seq, seq] as const].sort(([a], [b]) => a - b)) {
    const last = joined.at(-1);
    if (last !== undefined && from <= last[1] + 1) joined[joined.length - 1] = [last[0], Math.max(last[1], to)];
    else joined.push([from, to]);
  }
  const [first, second, ...rest] = joined;
  const isTooLong = joined.length > MAX_REMEMBERED && first !== undefined && second !== undefined;
  return isTooLong ? [[first[0], second[1]], ...rest] : joined;
}

function without([from, to]: SeqRange, [start, end]: SeqRange): readonly SeqRange[] {
  if (end < from || start > to) return [[from, to]];
  const parts: readonly SeqRange[] = [
    [from, start - 1],
    [end + 1, to],
  ];
  return parts.filter(([first, last]) => first <= last);
}

function simplified(numbers: EventNumbers): EventNumbers {
  return numbers.missing.length === 0 && numbers.ahead.length === 0 ? ALL_ARRIVED : numbers;
}
