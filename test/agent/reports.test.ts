import { describe, expect, test } from 'vitest';
import { AgentDriver, dispatch, emitted, logLevels, OLD_CLOSURE, ROLLOUT, SECOND, types } from './agent-driver.ts';

describe('rule 8: rollback', () => {
  test('a completed one ends in Reverted on the previous closure', () => {
    const driver = new AgentDriver().soak();
    driver.probe('http', 'fail');
    driver.tick(120 * SECOND);
    driver.feed({ type: 'RollbackCompleted', rolloutId: ROLLOUT, revertedToClosure: OLD_CLOSURE, exitCode: 0 });
    expect(driver.record()).toMatchObject({ state: 'Reverted', revertedTo: OLD_CLOSURE });
    expect(driver.agent.runningClosure).toBe(OLD_CLOSURE);
  });

  test('one that ends on another closure is reported with that closure', () => {
    const driver = new AgentDriver().soak();
    driver.probe('http', 'fail');
    driver.tick(120 * SECOND);
    const input = {
      type: 'RollbackCompleted',
      rolloutId: ROLLOUT,
      revertedToClosure: 'elsewhere',
      exitCode: 0,
    } as const;
    expect(emitted(driver.feed(input))).toMatchObject([{ revertedToClosure: 'elsewhere' }]);
  });

  test('a failed one leaves the host Failed, with an error and a metric and no event', () => {
    const driver = new AgentDriver().soak();
    driver.probe('http', 'fail');
    driver.tick(120 * SECOND);
    const before = driver.agent;
    const effects = driver.feed({ type: 'RollbackFailed', rolloutId: ROLLOUT, exitCode: 4, stderrTail: 'no space' });
    expect(types(effects)).toEqual(['EmitLog', 'EmitMetric']);
    expect(logLevels(effects)).toEqual(['error']);
    expect(driver.agent).toEqual({ ...before, workers: [] });
  });

  test('an unexpected failed one is a warning', () => {
    const driver = new AgentDriver().soak();
    expect(logLevels(driver.feed({ type: 'RollbackFailed', rolloutId: ROLLOUT, exitCode: 4, stderrTail: '' }))).toEqual(
      ['warn'],
    );
  });
});

// The event could be emitted and never be encoded.
test('a process that a signal ended is reported with the exit code -1', () => {
  const driver = new AgentDriver().start();
  driver.feed(dispatch());
  const effects = driver.feed({ type: 'ActivationFailed', rolloutId: ROLLOUT, exitCode: null, stderrTail: '' });
  expect(emitted(effects)).toMatchObject([{ type: 'ActivationFailed', exitCode: -1 }]);
  const back = driver.feed({
    type: 'RollbackCompleted',
    rolloutId: ROLLOUT,
    revertedToClosure: OLD_CLOSURE,
    exitCode: null,
  });
  expect(emitted(back)).toMatchObject([{ type: 'RollbackComplete', exitCode: -1 }]);
});

test('what a program wrote is cut at 4,096 bytes before it becomes an event', () => {
  const driver = new AgentDriver().start();
  driver.feed(dispatch());
  const report = {
    type: 'ActivationFailed',
    rolloutId: ROLLOUT,
    exitCode: 1,
    stderrTail: `${'x'.repeat(5000)}end`,
  } as const;
  const [failed] = emitted(driver.feed(report));
  expect(failed).toMatchObject({ stderrTail: `${'x'.repeat(4093)}end` });

  const soaking = new AgentDriver().soak();
  const events = emitted(soaking.probe('http', 'fail', { failureReason: `why${'x'.repeat(5000)}` }));
  expect(events.at(-1)).toMatchObject({ failureReason: `why${'x'.repeat(4093)}` });
});
