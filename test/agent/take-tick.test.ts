import { describe, expect, test } from 'vitest';
import { tickDueAt } from '../../src/agent/index.ts';
import {
  AgentDriver,
  boot,
  dispatch,
  MINUTE,
  NEW_CLOSURE,
  ofType,
  ROLLOUT,
  SECOND,
  START,
  types,
} from './agent-driver.ts';

/** In milliseconds from now. */
const dueIn = (driver: AgentDriver): number => tickDueAt(driver.agent) - driver.now;

describe('the next tick that does something', () => {
  test('is never, before the boot', () => {
    expect(tickDueAt(new AgentDriver().agent)).toBe(Infinity);
  });

  test('is the one that gives the answer to the boot up, or the heartbeat before it', () => {
    const patient = new AgentDriver({ settings: { bootAnswerSecs: 90 } });
    patient.boot();
    expect(dueIn(patient)).toBe(60 * SECOND);
    const usual = new AgentDriver();
    usual.boot();
    expect(dueIn(usual)).toBe(30 * SECOND);
    usual.feed({ type: 'HeartbeatUnanswered' }, 10 * SECOND);
    expect(dueIn(usual)).toBe(50 * SECOND);
  });

  test('is the next heartbeat, where nothing soaks', () => {
    const driver = new AgentDriver().start();
    driver.feed(dispatch({ soakDueAt: null }), 20 * SECOND);
    expect(driver.record().state).toBe('Activating');
    expect(dueIn(driver)).toBe(40 * SECOND);
  });

  test('is the end of the soak once every probe passes, and the next heartbeat before that', () => {
    const due = (soakDueAt: number | null) => {
      const driver = new AgentDriver({ settings: { heartbeatSecs: 600 } }).soak({ soakDueAt });
      const before = dueIn(driver);
      driver.probe('http', 'pass');
      return [before, dueIn(driver)];
    };
    expect(due(START + 5 * MINUTE)).toEqual([10 * MINUTE, 5 * MINUTE]);
    expect(due(START + 10 * MINUTE)).toEqual([10 * MINUTE, 10 * MINUTE]);
    expect(due(START + 30 * MINUTE)).toEqual([10 * MINUTE, 10 * MINUTE]);
    expect(due(null)).toEqual([10 * MINUTE, -Infinity]);
  });

  test('is the crossing of the threshold, where an enforce probe fails', () => {
    const driver = new AgentDriver({ settings: { heartbeatSecs: 600 } }).soak();
    driver.probe('http', 'fail');
    expect(dueIn(driver)).toBe(120 * SECOND);
  });

  test('is the next heartbeat once the soak is over', () => {
    const driver = new AgentDriver().soak({ soakDueAt: null });
    driver.probe('http', 'pass');
    driver.tick(SECOND);
    expect(driver.record().state).toBe('Converged');
    expect(dueIn(driver)).toBe(59 * SECOND);
  });

  test('is one that does something, and none before it does', () => {
    const driver = new AgentDriver({ settings: { heartbeatSecs: 600 } }).soak({ soakDueAt: START + MINUTE });
    driver.probe('http', 'pass');
    const wait = dueIn(driver);
    expect(driver.tick(wait - 1)).toEqual([]);
    expect(types(driver.tick(1))).toContain('LocalEmitEvent');
  });
});

describe('an agent at rest', () => {
  test('sends heartbeats and does nothing else, however long it ticks', () => {
    const driver = new AgentDriver().start();
    for (let tick = 0; tick < 100; tick += 1) {
      const isDue = dueIn(driver) <= 10 * SECOND;
      expect(types(driver.tick(10 * SECOND))).toEqual(isDue ? ['SendHeartbeat'] : []);
    }
  });
});

describe('a tick', () => {
  test('at the very moment of a heartbeat sends no second one', () => {
    const driver = new AgentDriver().start();
    expect(ofType(driver.tick(60 * SECOND), 'SendHeartbeat')).toHaveLength(1);
    expect(driver.tick(0)).toEqual([]);
  });

  test('decides nothing while the answer to the boot is awaited, and waits from the very moment of the boot', () => {
    const sweeps: string[] = [];
    const driver = new AgentDriver({
      parts: {
        sweep: (_agent, { rolloutId }) => {
          sweeps.push(rolloutId);
          return null;
        },
      },
    });
    const record = { ...new AgentDriver().soak().record() };
    const manifest = dispatch().manifest;
    driver.feed(
      boot({
        runningClosure: NEW_CLOSURE,
        manifests: [manifest],
        headers: [{ rolloutId: ROLLOUT, manifest, record, numberedTo: 64 }],
      }),
    );
    expect(driver.tick(0)).toEqual([]);
    expect([driver.agent.phase, sweeps]).toEqual(['awaiting-answer', []]);
    driver.tick(SECOND);
    expect([driver.agent.phase, sweeps]).toEqual(['awaiting-answer', []]);
    driver.tick(30 * SECOND);
    expect([driver.agent.phase, sweeps]).toEqual(['working', [ROLLOUT]]);
  });

  test('gives the answer up if the clock was set back behind the boot', () => {
    const driver = new AgentDriver();
    driver.boot();
    driver.tick(-1);
    expect(driver.agent.phase).toBe('working');
  });
});
