import { expect, test } from 'vitest';
import { DEFAULT_AGENT_SETTINGS } from '../../../src/agent/index.ts';
import { agentEffect } from '../planted-bugs/broken-agent.ts';
import { alone } from '../planted-bugs/scenes.ts';
import { after, MINUTE } from '../support/small-fleets.ts';
import { noticed } from './noticed.ts';

const agent = { ...DEFAULT_AGENT_SETTINGS, heartbeatSecs: 900 };

test('forgives a clock that is set back and forth between two heartbeats', () => {
  const set = (atMinutes: number, skewMs: number) =>
    after(atMinutes, { type: 'set-clock', hosts: ['a1'], skewMs, driftPpm: 0 });
  const soak = { soakMinutes: 30 };
  expect(noticed(alone([set(3, 3 * MINUTE), set(6, 0)], { agent }, soak))).toEqual(new Set());
});

test('notices results that are dated otherwise than by the clock', () => {
  const misdated = agentEffect('LocalEmitEvent', (effect) => {
    const { payload } = effect;
    if (payload.type !== 'ProbeResult') return [effect];
    return [{ ...effect, payload: { ...payload, observedAt: payload.observedAt + MINUTE } }];
  });
  expect(noticed(alone([]), misdated)).toContain('timing');
});
