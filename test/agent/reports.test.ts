import { describe, expect, test } from 'vitest';
import type { OutboxHeader } from '../../src/agent/index.ts';
import {
  activating,
  AgentDriver,
  answer,
  completed,
  dispatch,
  emitted,
  header,
  manifest,
  OLD_CLOSURE,
  pending,
  ROLLOUT,
  SECOND,
} from './agent-driver.ts';

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
    expect(effects).toEqual([
      {
        type: 'EmitLog',
        level: 'error',
        target: 'agent',
        message: expect.stringContaining('next boot'),
        fields: {
          code: 'rollback-failed',
          hostname: 'web-01',
          rolloutId: ROLLOUT,
          exitCode: 4,
          stderrTail: 'no space',
          closure: OLD_CLOSURE,
        },
      },
      {
        type: 'EmitMetric',
        name: 'nixfleet_agent_rollback_failures_total',
        labels: { hostname: 'web-01', channel: 'stable', rolloutId: ROLLOUT },
        value: 1,
      },
    ]);
    expect(driver.agent).toEqual({ ...before, workers: [] });
  });

  test('an unexpected failed one is a warning', () => {
    const driver = new AgentDriver().soak();
    const report = { type: 'RollbackFailed', rolloutId: ROLLOUT, exitCode: 4, stderrTail: '' } as const;
    expect(driver.feed(report)).toEqual([
      {
        type: 'EmitLog',
        level: 'warn',
        target: 'agent',
        message: expect.stringContaining('dropped'),
        fields: { code: 'rollback-unasked', hostname: 'web-01', rolloutId: ROLLOUT, exitCode: 4 },
      },
    ]);
  });
});

describe('before the answer to the first heartbeat', () => {
  const OLDER = 'stable@r0';
  const headerOf = (rolloutId: string, activation: number): OutboxHeader => ({
    ...header,
    rolloutId,
    manifest: manifest({ rolloutId }),
    record: { ...pending, ...activating, rolloutId },
    activation,
  });

  test('the reports of two rollouts are held, and both are handled after it', () => {
    const driver = new AgentDriver();
    driver.boot({ headers: [headerOf(OLDER, 1), headerOf(ROLLOUT, 2)] });
    expect(driver.feed({ ...completed, rolloutId: OLDER })).toEqual([]);
    expect(driver.feed(completed)).toEqual([]);
    driver.feed(answer());
    expect([driver.record(OLDER).state, driver.record().state]).toEqual(['Soaking', 'Soaking']);
  });
});

test('the result of a probe that is not declared is dropped with a warning', () => {
  const driver = new AgentDriver().soak();
  const before = driver.agent;
  expect(driver.probe('unknown', 'fail')).toEqual([
    {
      type: 'EmitLog',
      level: 'warn',
      target: 'agent',
      message: expect.stringContaining('dropped'),
      fields: { code: 'probe-unasked', hostname: 'web-01', probeName: 'unknown' },
    },
  ]);
  expect(driver.agent).toBe(before);
});

test.each([
  [0, 0],
  [3, 3],
  [null, -1],
])('the exit code %s of a switch is reported as %s', (exitCode, reported) => {
  const driver = new AgentDriver().start();
  driver.feed(dispatch());
  expect(emitted(driver.feed({ ...completed, exitCode }))[0]).toMatchObject({ exitCode: reported });
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
