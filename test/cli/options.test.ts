import { expect, test } from 'vitest';
import { FROM_1, oneOfOption, repeatable, wholeNumberOption } from '../../src/cli/options.ts';
import type { Problem } from '../../src/text/index.ts';

test('whole numbers are read within bounds', () => {
  const problems: Problem[] = [];
  const read = (text: string | undefined): number | null => wholeNumberOption('--runs', text, FROM_1, problems);
  expect([read('7'), read('007'), read(undefined)]).toEqual([7, 7, null]);
  expect(problems).toEqual([]);
  for (const text of ['0', '-1', '1.5', '1e3', ' 1', '', '9'.repeat(17)]) expect(read(text)).toBeNull();
  expect(problems).toHaveLength(7);
  expect(problems[0]).toEqual({
    path: '--runs 0',
    message: 'expected a whole number from 1 to 9999999999',
    remedy: 'Give one, such as --runs 2.',
  });
  // Port 1 was suggested, which only root may use.
  wholeNumberOption('--port', 'x', { min: 0, max: 65_535, example: 8080 }, problems);
  expect(problems.at(-1)?.remedy).toBe('Give one, such as --port 8080.');
});

test('the nearest name is suggested', () => {
  const problems: Problem[] = [];
  expect(oneOfOption('--format', 'svg', ['svg', 'mermaid'], problems)).toBe('svg');
  expect(oneOfOption('--format', 'mermaind', ['svg', 'mermaid'], problems)).toBeNull();
  expect(problems).toEqual([
    {
      path: '--format mermaind',
      message: 'unknown value',
      remedy: 'Did you mean mermaid? Use one of: svg, mermaid.',
    },
  ]);
});

test('a repeatable option keeps every value in order', () => {
  expect(repeatable('c', repeatable('b', repeatable('a')))).toEqual(['a', 'b', 'c']);
});
