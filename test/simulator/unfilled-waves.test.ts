import { expect, test } from 'vitest';
import { unfilledWaves } from '../../src/simulator/unfilled-waves.ts';

test.each<[hosts: number, waves: number, expected: string | null]>([
  [0, 1, '0 hosts fill no more than 0 of 1 wave.'],
  [1, 1, null],
  [1, 3, '1 host fills no more than 1 of 3 waves.'],
  [2, 1, null],
  [2, 9, '2 hosts fill no more than 2 of 9 waves.'],
])('%i hosts in %i waves', (hosts, waves, expected) => {
  expect(unfilledWaves(hosts, waves)).toBe(expected);
});
