import { describe, expect, test } from 'vitest';
import {
  AgentDriver,
  dispatch,
  emittedTypes,
  logLevels,
  manifest,
  NEW_CLOSURE,
  ROLLOUT,
  types,
} from './agent-driver.ts';

const completed = {
  type: 'ActivationCompleted',
  rolloutId: ROLLOUT,
  observedCurrentClosure: NEW_CLOSURE,
  exitCode: 0,
} as const;

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

  test('a late report about the older is recorded and starts nothing', () => {
    const driver = new AgentDriver().start();
    driver.feed(dispatch());
    driver.feed(second);
    expect(emittedTypes(driver.feed(completed))).toEqual(['ActivationCompleted']);
    expect(types(driver.effects)).not.toContain('StartProbes');
    expect(types(driver.effects)).not.toContain('LocalResetProbeCache');
    expect(driver.agent.activeRolloutId).toBe('stable@r2');
  });

  test('the older rolls nothing back any more', () => {
    const driver = new AgentDriver().start();
    driver.feed(dispatch());
    driver.feed(second);
    const effects = driver.feed({ type: 'ActivationFailed', rolloutId: ROLLOUT, exitCode: 1, stderrTail: '' });
    expect(driver.record().state).toBe('Failed');
    expect(types(effects)).not.toContain('LocalFireRollbackTo');
    expect(logLevels(effects)).toEqual(['warn']);
  });
});
