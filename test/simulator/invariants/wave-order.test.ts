import { expect, test } from 'vitest';
import { controlPlaneEffect } from '../planted-bugs/broken-control-plane.ts';
import { staged } from '../planted-bugs/scenes.ts';
import { noticed } from './noticed.ts';

test('is silent while one wave follows the other', () => {
  expect(noticed(staged())).toEqual(new Set());
});

test('notices a wave that comes again', () => {
  const again = controlPlaneEffect('UpdateCurrentWave', (effect) => [effect, { ...effect, wave: effect.wave - 1 }]);
  expect(noticed(staged(), again)).toContain('wave order');
});
