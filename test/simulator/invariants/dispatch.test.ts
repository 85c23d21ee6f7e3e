import { expect, test } from 'vitest';
import { controlPlane, replies } from '../planted-bugs/broken-control-plane.ts';
import { staged } from '../planted-bugs/scenes.ts';
import { noticed } from './noticed.ts';

test('is silent while hosts are dispatched in waves', () => {
  expect(noticed(staged())).toEqual(new Set());
});

test('notices a soak that is not that of the wave', () => {
  expect(noticed(staged(), controlPlane({ soakDueAt: (minutes, now) => now + minutes * 30_000 }))).toContain(
    'dispatch',
  );
});

test('notices a poll that gets something else than what is outstanding', () => {
  const late = replies('DispatchPolled', () => ({ dispatch }) => ({
    dispatch: dispatch === null ? null : { ...dispatch, dispatchedAt: dispatch.dispatchedAt + 1 },
  }));
  expect(noticed(staged(), late)).toContain('dispatch');
});
