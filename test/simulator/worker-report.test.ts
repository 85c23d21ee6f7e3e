import { expect, test } from 'vitest';
import { resultNow } from '../../src/simulator/worker-report.ts';

const completed = { type: 'completed', closure: 'new', reported: 'new', exitCode: 0 } as const;

test('a worker reports what runs when it reports', () => {
  expect(resultNow(completed, 'new')).toEqual(completed);
  expect(resultNow(completed, 'by-hand')).toEqual({ ...completed, closure: 'by-hand', reported: 'by-hand' });
});

test('a worker that lies reports what it reported before', () => {
  const lie = { ...completed, reported: 'old' };
  expect(resultNow(lie, 'by-hand')).toEqual(lie);
});
