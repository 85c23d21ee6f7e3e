import { expect, test } from 'vitest';
import { synthesize } from '../../src/control-plane/synthesize.ts';
import { takeOver } from '../../src/control-plane/take-over.ts';
import { newPendingHost } from '../../src/machine/record.ts';
import { snapshot } from './support/world.ts';

const pending = newPendingHost({
  rolloutId: 'stable@r1',
  hostname: 'a',
  channel: 'stable',
  targetClosure: 'a-r1',
  dispatchedAt: 1,
  soakDueAt: 2,
});
const told = (fields: Parameters<typeof snapshot>[2] = {}) =>
  snapshot('a', 'stable@r1', { lastEventSeq: 7, ...fields });

test('all that a snapshot tells is taken over, and the rest stays', () => {
  const { activationStartedAt, activationCompletedAt, currentClosure } = pending;
  expect(takeOver(pending, told())).toEqual({
    ...pending,
    state: 'Activating',
    currentClosureAtDispatch: 'old',
    dispatchedAt: 500,
    dispatchAckedAt: 600,
    soakDueAt: 900,
    lastEventSeq: 7,
    activationStartedAt,
    activationCompletedAt,
    currentClosure,
  });
});

test('a host that is back runs what it went back to, and no other does', () => {
  expect(takeOver(pending, told({ state: 'Reverted', currentClosure: 'old' }))?.revertedTo).toBe('old');
  expect(takeOver(pending, told({ state: 'Failed', currentClosure: 'a-r1' }))?.revertedTo).toBeNull();
});

test.each([
  ['of another rollout', { rolloutId: 'stable@r2' }],
  ['of another host', { hostname: 'b' }],
  ['of another channel', { channel: 'edge' }],
  ['with another target', { targetClosure: 'evil' }],
  ['that is Pending', { state: 'Pending' as const }],
  ['that is Converged on another closure', { state: 'Converged' as const, currentClosure: 'evil' }],
])('a snapshot %s is not', (_what, fields) => {
  expect(takeOver(pending, told(fields))).toBeNull();
});

test('nothing is synthesized in part, because the numbers would end before the events do', () => {
  const evidence = {
    runningClosure: 'a-r1',
    snapshot: null,
    mayKnowMore: false,
    isOutstanding: false,
    isUnderWayElsewhere: false,
  };
  const from = (lastEventSeq: number) => synthesize({ ...pending, lastEventSeq }, evidence, 5);
  expect(from(Number.MAX_SAFE_INTEGER - 3)).toHaveLength(3);
  expect(from(Number.MAX_SAFE_INTEGER - 2)).toEqual([]);
});
