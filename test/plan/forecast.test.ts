import { expect, test } from 'vitest';
import { quantileOf } from '../../src/plan/index.ts';
import { Distribution } from '../../src/simulator/index.ts';

function numbers(count: number): Distribution {
  const distribution = new Distribution();
  for (let value = 1; value <= count; value += 1) distribution.add(value);
  return distribution;
}

test('a quantile has the interval of order statistics', () => {
  expect(quantileOf(numbers(100), 0.5)).toEqual({ ms: 50, lowMs: 40, highMs: 60 });
});

test('few runs leave the upper end open, or carry no quantile at all', () => {
  expect(quantileOf(numbers(20), 0.95)).toMatchObject({ ms: 19, highMs: null });
  expect(quantileOf(numbers(19), 0.95)).toBeNull();
});
