import { NOTHING } from './state.ts';

/** Numbers from `from` up to and including `to`. */
export type SeqRange = readonly [from: number, to: number];

/**
 * Which of a host's events are in the event log, as far as it differs from "every number up to the record's
 * `lastEventSeq`". A synthesis or a take-over skips numbers for which no event has arrived. Such an event may still
 * come: it then changes no record, and must be logged once.
 */
export interface EventNumbers {
  /** The numbers up to `lastEventSeq` for which no event has arrived, in rising order. */
  readonly missing: readonly SeqRange[];
  /** The numbers above `lastEventSeq` for which an event has arrived that the record could not accept. */
  readonly ahead: readonly number[];
}

/** Every event up to the record's `lastEventSeq` has arrived, and none above it. */
export const ALL_ARRIVED: EventNumbers = Object.freeze({ missing: NOTHING, ahead: NOTHING });

/** The limit per record, whatever an agent sends. Numbers that are forgotten count as arrived. */
const MAX_REMEMBERED = 100;

/** Whether an event with this number has arrived. */
export function hasArrived({ missing, ahead }: EventNumbers, lastEventSeq: number, seq: number): boolean {
  if (seq > lastEventSeq) return ahead.includes(seq);
  return !missing.some(([from, to]) => from <= seq && seq <= to);
}

/** The numbers after an event that changed no record. */
export function withArrival(numbers: EventNumbers, lastEventSeq: number, seq: number): EventNumbers {
  const { missing, ahead } = numbers;
  if (hasArrived(numbers, lastEventSeq, seq)) return numbers;
  if (seq > lastEventSeq) return { missing, ahead: bounded([...ahead, seq]) };
  return simplified({ missing: bounded(missing.flatMap((range) => without(range, seq))), ahead });
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
  const arrived = numbers.ahead.filter((seq) => seq <= after);
  if (isReported) arrived.push(after);
  let passed: readonly SeqRange[] = [[before + 1, after]];
  for (const seq of arrived) passed = passed.flatMap((range) => without(range, seq));
  return simplified({
    missing: bounded([...numbers.missing, ...passed]),
    ahead: numbers.ahead.filter((seq) => seq > after),
  });
}

function bounded<Entry>(entries: readonly Entry[]): readonly Entry[] {
  return entries.length <= MAX_REMEMBERED ? entries : entries.slice(-MAX_REMEMBERED);
}

function without([from, to]: SeqRange, seq: number): readonly SeqRange[] {
  if (seq < from || seq > to) return [[from, to]];
  const parts: readonly SeqRange[] = [
    [from, seq - 1],
    [seq + 1, to],
  ];
  return parts.filter(([start, end]) => start <= end);
}

function simplified(numbers: EventNumbers): EventNumbers {
  return numbers.missing.length === 0 && numbers.ahead.length === 0 ? ALL_ARRIVED : numbers;
}
