import { expect, test } from 'vitest';
import { wrap } from '../../src/text/index.ts';

test.each([
  ['breaks between words', 'one two three', 7, ['one two', 'three']],
  ['breaks a word that is longer than a line', 'abcdefgh i', 3, ['abc', 'def', 'gh', 'i']],
  ['keeps a line that just fits', 'one two', 7, ['one two']],
  ['makes one line of nothing', '', 10, ['']],
])('%s', (_, text, width, lines) => {
  expect(wrap(text, width)).toEqual(lines);
});
