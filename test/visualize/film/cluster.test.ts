import { expect, test } from 'vitest';
import { cluster } from '../../../src/visualize/film/cluster.ts';

test('a marker closer than the limit to the first of a cluster joins it', () => {
  expect(cluster([0, 3, 7, 8, 30, 31], (x) => x, 8)).toEqual([
    { x: 0, items: [0, 3, 7] },
    { x: 8, items: [8] },
    { x: 30, items: [30, 31] },
  ]);
  expect(cluster([], (x: number) => x, 8)).toEqual([]);
});
