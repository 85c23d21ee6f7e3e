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

  test('no more early numbers are remembered either', () => {
    let numbers = ALL_ARRIVED;
    for (let seq = 2; seq < 300; seq += 1) numbers = withArrival(numbers, 0, seq);
    expect(numbers.ahead).toHaveLength(100);
    expect([hasArrived(numbers, 0, 299), hasArrived(numbers, 0, 2)]).toEqual([true, false]);
  });
});
