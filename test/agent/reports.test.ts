import { describe, expect, test } from 'vitest';
import { AgentDriver, logLevels, OLD_CLOSURE, ROLLOUT, SECOND, types } from './agent-driver.ts';

describe('rule 8: rollback', () => {
  test('a completed one ends Reverted, on the closure from before', () => {
    const driver = new AgentDriver().soak();
    driver.probe('http', 'fail');
    driver.tick(120 * SECOND);
    driver.feed({ type: 'RollbackCompleted', rolloutId: ROLLOUT, revertedToClosure: OLD_CLOSURE, exitCode: 0 });
    expect(driver.record()).toMatchObject({ state: 'Reverted', revertedTo: OLD_CLOSURE });
    expect(driver.agent.runningClosure).toBe(OLD_CLOSURE);
  });

  test('a failed one leaves the host Failed, with an error and a metric and no event', () => {
    const driver = new AgentDriver().soak();
    driver.probe('http', 'fail');
    driver.tick(120 * SECOND);
    const before = driver.agent;
    const effects = driver.feed({ type: 'RollbackFailed', rolloutId: ROLLOUT, exitCode: 4, stderrTail: 'no space' });
    expect(types(effects)).toEqual(['EmitLog', 'EmitMetric']);
    expect(logLevels(effects)).toEqual(['error']);
    expect(driver.agent).toBe(before);
  });

  test('a failed one that nothing asked for is a warning', () => {
    const driver = new AgentDriver().soak();
    expect(logLevels(driver.feed({ type: 'RollbackFailed', rolloutId: ROLLOUT, exitCode: 4, stderrTail: '' }))).toEqual(
      ['warn'],
    );
  });
});
