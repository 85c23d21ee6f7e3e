import { expect, test } from 'vitest';
import type { Cores } from '../../../src/simulator/index.ts';
import { controlPlane, replies } from '../planted-bugs/broken-control-plane.ts';
import { staged } from '../planted-bugs/scenes.ts';
import { after, MINUTE, scenarioWith, sketch } from '../support/small-fleets.ts';
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

test('notices a dispatch to a host that has not been heard since the database was lost', () => {
  const cutOff = scenarioWith([sketch({ waves: [['a1']] })], {
    steps: [
      after(1, { type: 'partition', hosts: ['a1'], forMs: 10 * MINUTE }),
      after(2, { type: 'lose-database', downMs: null }),
    ],
  });
  const impatient: Cores = {
    wrapControlPlane: (core) => ({ ...core, start: (config) => core.start({ ...config, dispatchFrom: null }) }),
  };
  expect(noticed(cutOff)).toEqual(new Set());
  expect(noticed(cutOff, impatient)).toContain('dispatch');
});
