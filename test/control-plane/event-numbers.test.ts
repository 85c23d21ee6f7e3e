import { describe, expect, test } from 'vitest';
import { advanced, ALL_ARRIVED, hasArrived, withArrival } from '../../src/control-plane/event-numbers.ts';

describe('event numbers', () => {
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
