import { expect, test } from 'vitest';
import { replies } from '../planted-bugs/broken-control-plane.ts';
import { alone, crashAt } from '../planted-bugs/scenes.ts';
import { noticed } from './noticed.ts';

test('is silent while an agent soaks and starts again', () => {
  expect(noticed(alone([crashAt(3)]))).toEqual(new Set());
});

test('notices an answer without the records that are not at an end', () => {
  const empty = replies('HeartbeatReceived', () => (reply) => ({ ...reply, bootstrapRollouts: [] }));
  expect(noticed(alone([]), empty)).toContain('answers');
});

test('notices that events are asked for again which nothing misses', () => {
  const always = replies('HeartbeatReceived', () => (reply) => ({ ...reply, replayFrom: 0 }));
  expect(noticed(alone([]), always)).toContain('answers');
});

test('notices an accepted event that is answered as a conflict', () => {
  const refused = replies('EventReceived', () => (reply) => ({ ...reply, status: 409 as const }));
  expect(noticed(alone([]), refused)).toContain('answers');
});
