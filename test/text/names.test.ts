import { describe, expect, it, test } from 'vitest';
import { namesInWords, namesOf, nearestName } from '../../src/text/index.ts';

describe('nearest names', () => {
  it('are slips of the pen, and no more', () => {
    const known = ['hosts', 'steps', 'agent-crashes-per-hour'];
    expect(['host', 'hsots', 'setps', 'agent-crash', 'zebra', ''].map((name) => nearestName(name, known))).toEqual([
      'hosts',
      'hosts',
      'steps',
      'agent-crashes-per-hour',
      null,
      null,
    ]);
  });
});

test('names in a list have commas, and in a sentence an "and"', () => {
  const names = ['a', 'b', 'c', 'd'];
  const few = (length: number) => names.slice(0, length);
  expect([0, 1, 2, 3, 4].map((length) => namesOf(few(length), 3))).toEqual([
    '',
    'a',
    'a, b',
    'a, b, c',
    'a, b and 2 more',
  ]);
  expect([0, 1, 2, 3, 4].map((length) => namesInWords(few(length), 3))).toEqual([
    '',
    'a',
    'a and b',
    'a, b and c',
    'a, b and 2 more',
  ]);
});
