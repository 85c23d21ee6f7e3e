import { expect, test } from 'vitest';
import { sentence } from '../../src/text/index.ts';

test.each([
  { text: 'each of them is off', expected: 'Each of them is off.' },
  { text: 'Is it off?', expected: 'Is it off?' },
])('$text', ({ text, expected }) => {
  expect(sentence(text)).toBe(expected);
});
