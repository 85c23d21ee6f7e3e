import { describe, expect, test } from 'vitest';
import { AGENT_RULES, type OutboxHeader } from '../../src/agent/index.ts';
import { activate } from '../../src/agent/rollouts.ts';
import { beginTurn } from '../../src/agent/turn.ts';
import { newPendingHost, type HostRolloutState } from '../../src/machine/record.ts';
import {
  AgentDriver,
  answer,
  completed,
  dispatch,
  emittedTypes,
  logLevels,
  manifest,
  NEW_CLOSURE,
  OLD_CLOSURE,
  ROLLOUT,
  START,
  types,
} from './agent-driver.ts';

describe('rule 9: a new rollout takes over', () => {
  const second = dispatch({
    manifest: manifest({ rolloutId: 'stable@r2', targetClosure: 'sha256-next' }),
    soakDueAt: null,
  });

  test('its dispatch stops the probes of the older, whose results are dropped', () => {
    const driver = new AgentDriver().soak({ soakDueAt: null });
    const effects = driver.feed(second);
    expect(effects[0]).toEqual({ type: 'StopProbes', generation: 1 });
    expect(driver.probe('http', 'pass', { rolloutId: ROLLOUT, generation: 1 })).toEqual([]);
    expect(driver.record('stable@r2').currentClosureAtDispatch).toBe(NEW_CLOSURE);
  });

  test('ticks follow it', () => {
    const driver = new AgentDriver().soak({ soakDueAt: null });
    driver.probe('http', 'pass');
    driver.feed(second);
    driver.tick();
    expect(driver.record().state).toBe('Soaking');
  });

  describe('a worker of the older rollout that outlived its agent', () => {
    const header = (rolloutId: string, record: Partial<HostRolloutState>): OutboxHeader => ({
      rolloutId,
      manifest: manifest({ rolloutId }),
      record: {
        ...newPendingHost({ ...manifest({ rolloutId }), dispatchedAt: START, soakDueAt: null }),
        state: 'Activating',
        currentClosureAtDispatch: OLD_CLOSURE,
        lastEventSeq: 1,
        ...record,
      },
      numberedTo: 64,
      bootId: null,
      activation: null,
    });
    const booted = () => {
      const driver = new AgentDriver();
      driver.boot({
        headers: [
          header(ROLLOUT, { dispatchAckedAt: 1 }),
          header('stable@r2', { dispatchAckedAt: 2, state: 'Soaking' }),
        ],
        workers: [{ kind: 'switch', rolloutId: ROLLOUT }],
      });
      driver.feed(answer());
      return driver;
    };

    test('is recorded and starts no probe', () => {
      const driver = booted();
      expect(emittedTypes(driver.feed(completed))).toEqual(['ActivationCompleted']);
      expect(types(driver.effects)).not.toContain('StartProbes');
      expect(types(driver.effects)).not.toContain('LocalResetProbeCache');
      expect(driver.agent.activeRolloutId).toBe('stable@r2');
    });

    test('rolls nothing back, which would undo the work of the newer rollout', () => {
      const driver = booted();
      const effects = driver.feed({ type: 'ActivationFailed', rolloutId: ROLLOUT, exitCode: 1, stderrTail: '' });
      expect(driver.record().state).toBe('Failed');
      expect(types(effects)).not.toContain('LocalFireRollbackTo');
      expect(logLevels(effects)).toEqual(['warn']);
    });
  });
});

test('only a stored rollout can be activated', () => {
  const turn = beginTurn(AGENT_RULES, new AgentDriver().start().agent, START, false);
  expect(() => activate(turn, 'stable@nobody')).toThrow('stable@nobody is not stored');
});
