import { expect, test } from 'vitest';
import { wrap } from '../../src/text/index.ts';

test.each([
  ['breaks between words', 'one two three', 7, ['one two', 'three']],
  ['breaks a word that is longer than a line', 'abcdefgh i', 3, ['abc', 'def', 'gh', 'i']],
  ['keeps a line that just fits', 'one two', 7, ['one two']],
  ['keeps the parts of a duration together', 'in 1h 02m 54s at most', 12, ['in', '1h 02m 54s', 'at most']],
  ['breaks after a duration', 'after 2m 54 hosts', 9, ['after 2m', '54 hosts']],
  ['makes one line of nothing', '', 10, ['']],
])('%s', (_, text, width, lines) => {
  expect(wrap(text, width)).toEqual(lines);
});
