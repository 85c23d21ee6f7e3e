import { describe, expect, test } from 'vitest';
import type { OutboxHeader, Worker } from '../../src/agent/index.ts';
import {
  activating,
  AgentDriver,
  answer,
  dispatch,
  failed,
  header,
  manifest,
  NEW_CLOSURE,
  OLD_CLOSURE,
  pending,
  ROLLOUT,
  SECOND,
  types,
} from './agent-driver.ts';

const OLDER = 'stable@r0';
const switching: Worker = { kind: 'switch', rolloutId: ROLLOUT };
const rollingBack: Worker = { kind: 'rollback', rolloutId: ROLLOUT };
const switchingOlder: Worker = { kind: 'switch', rolloutId: OLDER };

/** Booted with workers that outlived an earlier agent, and with the records of both rollouts. */
function bootedWith(workers: readonly Worker[], state: typeof activating | typeof failed = activating): AgentDriver {
  const driver = new AgentDriver();
  const current: OutboxHeader = { ...header, record: { ...pending, ...state }, activation: 2 };
  const older: OutboxHeader = {
    ...header,
    rolloutId: OLDER,
    manifest: manifest({ rolloutId: OLDER }),
    record: { ...pending, ...activating, rolloutId: OLDER },
    activation: 1,
  };
  driver.boot({ headers: [current, older], workers, runningClosure: NEW_CLOSURE });
  driver.feed(answer());
  return driver;
}

const failure = (rolloutId: string) => ({ type: 'ActivationFailed', rolloutId, exitCode: 1, stderrTail: '' }) as const;
const rollbackFailure = { type: 'RollbackFailed', rolloutId: ROLLOUT, exitCode: 1, stderrTail: '' } as const;

describe('rule 3: two workers never run at once', () => {
  test.each([
    ['the switch of another rollout', switchingOlder, failure(OLDER)],
    ['the rollback of the same rollout', rollingBack, rollbackFailure],
  ])('when a switch ends, %s is still running, and a dispatch waits for it', (_, other, end) => {
    const driver = bootedWith([switching, other]);
    driver.feed({ type: 'ActivationDeferred', rolloutId: ROLLOUT, component: 'kernel' });
    expect(driver.agent.workers).toEqual([other]);
    const successor = dispatch({ manifest: manifest({ rolloutId: 'stable@r2' }) });
    expect(driver.feed(successor)).toEqual([]);
    driver.feed(end);
    expect(types(driver.feed(successor))).toContain('LocalFireSwitch');
  });

  test('the end of one of two workers starts nothing that waits for the other', () => {
    const driver = bootedWith([switching, switchingOlder], failed);
    const effects = driver.feed(failure(OLDER));
    // Only the older rollout's own rollback is considered, and skipped.
    expect(effects.filter(({ type }) => type === 'EmitLog')).toMatchObject([{ fields: { code: 'work-superseded' } }]);
    expect(types(effects)).not.toContain('LocalFireRollbackTo');
  });

  test('a rollback that waits for a switch is logged', () => {
    const driver = new AgentDriver().soak();
    driver.probe('http', 'fail');
    driver.agent = { ...driver.agent, workers: [switching] };
    expect(driver.tick(120 * SECOND)).toContainEqual({
      type: 'EmitLog',
      level: 'info',
      target: 'agent',
      message: expect.stringContaining('LocalFireRollbackTo'),
      fields: { code: 'work-waits', hostname: 'web-01', rolloutId: ROLLOUT },
    });
  });
});

// A failed rollback is tried again at the next boot, not by a report that comes twice (rule 8).
test('the report of a worker that is not running starts no other', () => {
  const driver = bootedWith([], failed);
  driver.feed(rollbackFailure);
  expect(driver.agent.workers).toEqual([]);
  const effects = driver.feed(failure(ROLLOUT));
  expect(types(effects)).toEqual(['EmitLog']);
  expect(driver.agent.workers).toEqual([]);
});

test('the rollback of an older rollout is skipped, and logged (rule 9)', () => {
  const driver = bootedWith([switchingOlder]);
  const effects = driver.feed(failure(OLDER));
  expect(driver.record(OLDER).state).toBe('Failed');
  expect(types(effects)).not.toContain('LocalFireRollbackTo');
  expect(effects).toContainEqual({
    type: 'EmitLog',
    level: 'warn',
    target: 'agent',
    message: expect.stringContaining('LocalFireRollbackTo'),
    fields: { code: 'work-superseded', hostname: 'web-01', rolloutId: OLDER },
  });
  expect(driver.agent.runningClosure).not.toBe(OLD_CLOSURE);
});
