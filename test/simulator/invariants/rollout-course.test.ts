import { expect, test } from 'vitest';
import { controlPlane, controlPlaneEffect } from '../planted-bugs/broken-control-plane.ts';
import { releaseDuringSoak, staged } from '../planted-bugs/scenes.ts';
import { noticed } from './noticed.ts';

test('is silent when a release replaces another', () => {
  expect(noticed(releaseDuringSoak())).toEqual(new Set());
});

test('notices a predecessor that continues', () => {
  expect(noticed(releaseDuringSoak(), controlPlane({ isSupersededBySuccessor: () => false }))).toContain(
    'rollout course',
  );
});

test('notices that what happens to a rollout is not in the event log', () => {
  expect(
    noticed(
      staged(),
      controlPlaneEffect('AppendRolloutEvent', () => []),
    ),
  ).toContain('rollout course');
});
