import { NOTHING } from './state.ts';

/** Numbers from `from` up to and including `to`. */
export type SeqRange = readonly [from: number, to: number];

/**
 * Which events of a host the event log has, where that is not simply every number up to the record's `lastEventSeq`. A
 * synthesis or a take-over passes numbers under which no event of the agent has arrived; such an event may still come,
 * changes no record then, and must enter the log once.
 */
export interface EventNumbers {
  /** The numbers up to `lastEventSeq` under which no event has arrived, rising. */
  readonly missing: readonly SeqRange[];
  /** The numbers past `lastEventSeq` under which an event has arrived that the record could not take. */
  readonly ahead: readonly number[];
}

/** Every event up to the record's `lastEventSeq` has arrived, and none past it. */
export const ALL_ARRIVED: EventNumbers = Object.freeze({ missing: NOTHING, ahead: NOTHING });

/** An agent cannot make the control plane remember more than this of one record. What is forgotten counts as arrived. */
const MAX_REMEMBERED = 100;

/** Whether an event with this number has arrived. */
export function hasArrived({ missing, ahead }: EventNumbers, lastEventSeq: number, seq: number): boolean {
  if (seq > lastEventSeq) return ahead.includes(seq);
  return !missing.some(([from, to]) => from <= seq && seq <= to);
}

/** After an event has arrived that changed no record. */
export function withArrival(numbers: EventNumbers, lastEventSeq: number, seq: number): EventNumbers {
  const { missing, ahead } = numbers;
  if (hasArrived(numbers, lastEventSeq, seq)) return numbers;
  if (seq > lastEventSeq) return { missing, ahead: bounded([...ahead, seq]) };
  return simplified({ missing: bounded(missing.flatMap((range) => without(range, seq))), ahead });
}

/**
 * After a record's `lastEventSeq` has moved from `before` to `after`.
 *
 * @param isReported whether an event of the agent with the number `after` moved it, and nothing that was made up
 */
export function advanced(numbers: EventNumbers, before: number, after: number, isReported: boolean): EventNumbers {
  // Nearly every event is the next one of its agent.
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
