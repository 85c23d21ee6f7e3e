import { expect, test } from 'vitest';
import { agentSettings } from '../../src/agent/index.ts';

test('all settings out of range are named', () => {
  expect(agentSettings({ tickSecs: 5 }).tickSecs).toBe(5);
  const wrong = {
    tickSecs: 0,
    heartbeatSecs: 0,
    bootAnswerSecs: -1,
    sustainedFailureSecs: Number.NaN,
    maxUndeliveredEvents: 0,
    maxRollouts: 0.5,
  };
  expect(() => agentSettings({ ...wrong, retry: { firstMs: 10, capMs: 5, factor: 1 } })).toThrow(
    /^Agent settings.*tickSecs.*heartbeatSecs.*bootAnswerSecs.*sustainedFailureSecs.*retry\.capMs: expected at least retry\.firstMs \(10\), got 5.*retry\.factor.*maxUndeliveredEvents.*maxRollouts/s,
  );
  expect(() => agentSettings({ retry: { firstMs: 0, capMs: 5, factor: 2 } })).toThrow(/retry\.firstMs/);
  expect(agentSettings({ retry: { firstMs: 5, capMs: 5, factor: 2 } }).retry.capMs).toBe(5);
});
