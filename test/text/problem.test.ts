import { expect, test } from 'vitest';
import { ProblemList } from '../../src/text/index.ts';

const problem = (path: string) => ({ path, message: 'expected a name', remedy: 'Give one.' });

test('a list keeps each problem once, in order, up to its limit, and counts the rest', () => {
  const problems = new ProblemList(2);
  for (const path of ['$.b', '$.a', '$.b', '$.c', '$.d']) problems.add(problem(path));
  expect(problems.listed).toEqual([problem('$.b'), problem('$.a')]);
  expect([problems.isFull, problems.count, problems.unlisted]).toEqual([true, 5, 3]);
});
