import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { advanced, ALL_ARRIVED, hasArrived, withArrival } from '../../src/control-plane/event-numbers.ts';

describe('event numbers', () => {
  test('tell which events have arrived, whatever synthesis, take-over and late events skip or repeat', () => {
    const number = fc.integer({ min: 1, max: 12 });
    const step = fc.record({ seq: number, how: fc.constantFrom('accepted', 'refused', 'taken-over') });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const arrived = new Set<number>();
        let [numbers, last] = [ALL_ARRIVED, 0];
        for (const { seq, how } of steps) {
          const isReported = how !== 'taken-over';
          if (isReported && arrived.has(seq)) continue;
          if (isReported) arrived.add(seq);
          if (seq > last && how !== 'refused') {
            numbers = advanced(numbers, last, seq, isReported);
            last = seq;
          } else if (isReported) numbers = withArrival(numbers, last, seq);
          const told = Array.from({ length: 13 }, (_, at) => at + 1).filter((at) => hasArrived(numbers, last, at));
          expect(told).toEqual([...arrived].sort((a, b) => a - b));
          expect(numbers.missing.every(([from, to]) => from <= to && to <= last)).toBe(true);
          expect(numbers.ahead.every(([from, to]) => last < from && from <= to)).toBe(true);
        }
      }),
    );
  });

  test('none is missing after a take-over under the number that the record has', () => {
    expect(advanced(ALL_ARRIVED, 5, 5, false)).toEqual(ALL_ARRIVED);
  });

  test('none that the record has reached is ahead of it', () => {
    expect(advanced({ missing: [], ahead: [[1, 3]] }, 0, 1, true)).toEqual({ missing: [], ahead: [[2, 3]] });
  });

  test('gaps that an agent leaves between its events are no more than are remembered', () => {
    let numbers = ALL_ARRIVED;
    for (let seq = 2; seq <= 300; seq += 2) numbers = advanced(numbers, seq - 2, seq, true);
    expect(numbers.missing).toHaveLength(100);
    expect(numbers.missing.at(-1)).toEqual([299, 299]);
  });

  test('late events under every second number leave no more ranges than are remembered', () => {
    const last = 1_000;
    let numbers = advanced(ALL_ARRIVED, 0, last, false);
    for (let seq = 2; seq < last; seq += 2) numbers = withArrival(numbers, last, seq);
    expect(numbers.missing).toHaveLength(100);
    expect(numbers.missing.at(-1)).toEqual([last - 1, last]);
    // What is forgotten counts as arrived, so that it never enters the log twice.
    expect([hasArrived(numbers, last, 1), hasArrived(numbers, last, last - 1)]).toEqual([true, false]);
  });

  test('no more early ranges are remembered either', () => {
    let numbers = ALL_ARRIVED;
    for (let seq = 300; seq > 0; seq -= 2) numbers = withArrival(numbers, 0, seq);
    expect(numbers.ahead).toHaveLength(100);
    expect(numbers.ahead[0]).toEqual([2, 102]);
    expect([299, 300, 103, 3].map((seq) => hasArrived(numbers, 0, seq))).toEqual([false, true, false, true]);
  });

  test('a long outbox that arrives ahead of its record is remembered whole', () => {
    let numbers = ALL_ARRIVED;
    for (let seq = 641; seq < 1_200; seq += 1) numbers = withArrival(numbers, 0, seq);
    expect(numbers.ahead).toEqual([[641, 1_199]]);
    numbers = advanced(numbers, 0, 700, true);
    expect(numbers).toEqual({ missing: [[1, 640]], ahead: [[701, 1_199]] });
    expect([640, 641, 701, 1_200].map((seq) => hasArrived(numbers, 700, seq))).toEqual([false, true, true, false]);
  });
});
