import { expect, test } from 'vitest';
import { AGENT_RULES, DEFAULT_AGENT_SETTINGS } from '../../../src/agent/index.ts';
import { DEFAULT_SCENARIO } from '../../../src/simulator/index.ts';
import { agent as agentWith, agentEffect } from '../planted-bugs/broken-agent.ts';
import { alone, failProbe } from '../planted-bugs/scenes.ts';
import { after, MINUTE } from '../support/small-fleets.ts';
import { noticed } from './noticed.ts';

const agent = { ...DEFAULT_AGENT_SETTINGS, heartbeatSecs: 900 };

test('forgives a clock that is set back and forth between two heartbeats', () => {
  const set = (atMinutes: number, skewMs: number) =>
    after(atMinutes, { type: 'set-clock', hosts: ['a1'], skewMs, driftPpm: 0 });
  const soak = { soakMinutes: 30 };
  expect(noticed(alone([set(3, 3 * MINUTE), set(6, 0)], { agent }, soak))).toEqual(new Set());
});

test('forgives a clock that is right again before the next heartbeat', () => {
  const set = (atMinutes: number, skewMs: number) =>
    after(atMinutes, { type: 'set-clock', hosts: ['a1'], skewMs, driftPpm: 0 });
  // The host converges while its clock is ahead, and reports nothing more.
  expect(noticed(alone([set(4, 3 * MINUTE), set(8, 0), set(20, 0)], { agent }))).toEqual(new Set());
  // A heartbeat is late because the clock was behind when it was due.
  expect(noticed(alone([set(2.6, -MINUTE / 3), set(3.4, 0)]))).toEqual(new Set());
});

test('notices results that are dated otherwise than by the clock', () => {
  const misdated = agentEffect('LocalEmitEvent', (effect) => {
    const { payload } = effect;
    if (payload.type !== 'ProbeResult') return [effect];
    return [{ ...effect, payload: { ...payload, observedAt: payload.observedAt + MINUTE } }];
  });
  expect(noticed(alone([]), misdated)).toContain('timing');
});

test('notices an agent that is silent since its clock was set back', () => {
  const setBack = after(4, { type: 'set-clock', hosts: ['a1'], skewMs: -60 * MINUTE, driftPpm: 0 });
  const silent = agentEffect('SendHeartbeat', (effect) =>
    effect.heartbeat.at < DEFAULT_SCENARIO.startAt ? [] : [effect],
  );
  expect(noticed(alone([setBack]))).toEqual(new Set());
  expect(noticed(alone([setBack]), silent)).toContain('timing');
});

test('notices a single host that fails or converges a tick late', () => {
  const { tickSecs } = DEFAULT_AGENT_SETTINGS;
  const late = agentWith({
    sweep: (state, record, policy, now) => {
      const wasDue = AGENT_RULES.sweep(state, record, policy, now - tickSecs * 1000) !== null;
      return wasDue ? AGENT_RULES.sweep(state, record, policy, now) : null;
    },
  });
  for (const steps of [[], [failProbe('http')]]) {
    expect(noticed(alone(steps))).toEqual(new Set());
    expect(noticed(alone(steps), late)).toContain('timing');
  }
});
