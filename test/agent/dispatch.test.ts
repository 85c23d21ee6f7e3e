import { describe, expect, test } from 'vitest';
import {
  AgentDriver,
  answer,
  boot,
  dispatch,
  emitted,
  logLevels,
  manifest,
  NEW_CLOSURE,
  OLD_CLOSURE,
  ROLLOUT,
  snapshot,
  types,
} from './agent-driver.ts';

describe('rule 3: a dispatch', () => {
  test('creates the record and activates: reserves numbers, acknowledges, and then switches', () => {
    const driver = new AgentDriver().start();
    const effects = driver.feed(dispatch());
    expect(types(effects)).toEqual([
      'WriteOutboxHeader',
      'RecordTransition',
      'LocalEmitEvent',
      'SendEvent',
      'LocalFireSwitch',
      'WriteOutboxHeader',
    ]);
    expect(emitted(effects)).toEqual([
      { type: 'DispatchAck', currentClosureAtDispatch: OLD_CLOSURE, receivedAt: driver.now, seq: 1 },
    ]);
    expect(effects.at(-2)).toEqual({ type: 'LocalFireSwitch', rolloutId: ROLLOUT, target: NEW_CLOSURE });
    expect(driver.record()).toMatchObject({
      state: 'Activating',
      soakDueAt: dispatch().soakDueAt,
      dispatchedAt: dispatch().dispatchedAt,
    });
  });

  test('is ignored when there is a record already', () => {
    const driver = new AgentDriver().start();
    driver.feed(dispatch());
    const before = driver.agent;
    expect(driver.feed(dispatch({ soakDueAt: null }))).toEqual([]);
    expect(driver.agent).toBe(before);
  });

  test('for another host is an error and nothing else', () => {
    const driver = new AgentDriver().start();
    const effects = driver.feed(dispatch({ manifest: manifest({ hostname: 'web-02' }) }));
    expect(types(effects)).toEqual(['EmitLog']);
    expect(logLevels(effects)).toEqual(['error']);
    expect(driver.agent.rollouts).toEqual([]);
  });

  test('is not kept from a host by a snapshot of its pending record', () => {
    const driver = new AgentDriver().start();
    driver.feed(answer({ bootstrapRollouts: [snapshot()], manifests: [manifest()] }));
    expect(driver.agent.rollouts).toEqual([]);
    expect(types(driver.feed(dispatch()))).toContain('LocalFireSwitch');
  });

  test('that comes before the boot is over is held, the newest of them, and taken then', () => {
    const driver = new AgentDriver();
    driver.boot();
    expect(driver.feed(dispatch())).toEqual([]);
    expect(driver.feed(dispatch({ manifest: manifest({ rolloutId: 'stable@r2' }) }))).toEqual([]);
    expect(types(driver.feed({ type: 'HeartbeatUnanswered' }))).toContain('LocalFireSwitch');
    expect(driver.agent.activeRolloutId).toBe('stable@r2');
    expect(driver.agent.heldDispatch).toBeNull();
  });
});

test('a rollout may be called anything', () => {
  for (const rolloutId of ['__proto__', 'constructor', '', '10']) {
    const driver = new AgentDriver().start();
    driver.feed(dispatch({ manifest: manifest({ rolloutId }) }));
    expect(driver.record(rolloutId).state).toBe('Activating');
    driver.feed(boot());
    expect(driver.agent.rollouts).toEqual([]);
  }
});
