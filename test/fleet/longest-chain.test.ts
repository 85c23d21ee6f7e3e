import { expect, test } from 'vitest';
import { graphOf } from '../../src/fleet/find-cycles.ts';
import { longestChain } from '../../src/fleet/longest-chain.ts';
import { aFleet, aHost } from './a-fleet.ts';
import { problemsOf } from './expect-fleet.ts';

test('the longest of several ways', () => {
  expect(
    longestChain(
      graphOf([
        ['a', 'b'],
        ['b', 'd'],
        ['a', 'd'],
        ['x', 'y'],
      ]),
    ),
  ).toEqual(['a', 'b', 'd']);
  expect(longestChain(graphOf([]))).toEqual([]);
});

/** Neither recursion nor a way for each pair: both forms did not end. */
test.each([
  ['20,000 hosts in one chain', 20_000, (at: number) => (at === 0 ? [] : [at - 1])],
  ['700 hosts that are densely tied', 700, (at: number) => Array.from({ length: at }, (_, before) => before)],
])('%s: a warning says that they soak one after the other', (_name, count, before) => {
  const json = aFleet();
  const name = (at: number): string => `h${at}`;
  json['hosts'] = Object.fromEntries(Array.from({ length: count }, (_, at) => [name(at), aHost('edge')]));
  json['hosts'].s = aHost('stable');
  json['waves'] = {};
  json['disruptionBudgets'] = [];
  json['edges'] = Array.from({ length: count }, (_, at) =>
    before(at).map((gates) => ({ gated: name(at), gates: name(gates) })),
  ).flat();
  expect(problemsOf(json)).toMatchObject([
    { path: '$.edges', severity: 'warning', message: expect.stringContaining(`${count} hosts wait for each other`) },
  ]);
});
