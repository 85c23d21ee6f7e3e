import { describe, expect, test } from 'vitest';
import {
  AgentDriver,
  answer,
  boot,
  dispatch,
  emitted,
  header,
  manifest,
  NEW_CLOSURE,
  OLD_CLOSURE,
  ROLLOUT,
  snapshot,
  started,
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
      'SendEvents',
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
    expect(effects).toMatchObject([
      {
        type: 'EmitLog',
        level: 'error',
        message: expect.stringContaining('web-02'),
        fields: { code: 'dispatch-of-another', rolloutId: ROLLOUT },
      },
    ]);
    expect(driver.agent.rollouts).toEqual([]);
  });

  test('is not prevented by a snapshot of its pending record', () => {
    const driver = new AgentDriver().start();
    driver.feed(answer({ bootstrapRollouts: [snapshot()], manifests: [manifest()] }));
    expect(driver.agent.rollouts).toEqual([]);
    expect(types(driver.feed(dispatch()))).toContain('LocalFireSwitch');
  });

  test('is ignored until the boot is over: the control plane keeps offering it', () => {
    const driver = new AgentDriver();
    driver.boot();
    expect(driver.feed(dispatch())).toEqual([]);
    driver.feed({ type: 'HeartbeatUnanswered' });
    expect(driver.agent.rollouts).toEqual([]);
    expect(types(driver.feed(dispatch()))).toContain('LocalFireSwitch');
  });

  // A successor published during a switch fired a second one, which failed on the first one's lock.
  test.each(['ActivationCompleted', 'ActivationFailed', 'ActivationDeferred'] as const)(
    'waits while a switch runs, until it reports %s',
    (type) => {
      const driver = new AgentDriver().start();
      driver.feed(dispatch({ manifest: manifest({ onHealthFailure: 'halt' }) }));
      const successor = dispatch({ manifest: manifest({ rolloutId: 'stable@r2' }) });
      expect(driver.feed(successor)).toEqual([]);
      driver.feed({ type: 'ActivationStarted', rolloutId: ROLLOUT, switchMethod: 'switch' });
      expect(driver.feed(successor)).toEqual([]);
      const report = { observedCurrentClosure: NEW_CLOSURE, exitCode: 4, stderrTail: '', component: 'kernel' };
      driver.feed({ type, rolloutId: ROLLOUT, ...report });
      expect(types(driver.feed(successor))).toContain('LocalFireSwitch');
    },
  );

  test.each(['RollbackCompleted', 'RollbackFailed'] as const)(
    'waits while a rollback runs, until it reports %s',
    (type) => {
      const driver = new AgentDriver().start();
      driver.feed(dispatch());
      driver.feed({ type: 'ActivationFailed', rolloutId: ROLLOUT, exitCode: 1, stderrTail: '' });
      const successor = dispatch({ manifest: manifest({ rolloutId: 'stable@r2' }) });
      expect(driver.feed(successor)).toEqual([]);
      driver.feed({ type, rolloutId: ROLLOUT, revertedToClosure: OLD_CLOSURE, exitCode: 1, stderrTail: '' });
      expect(types(driver.feed(successor))).toContain('LocalFireSwitch');
    },
  );

  test('begins with one request in flight, which has not skipped a wait', () => {
    const driver = new AgentDriver().start();
    driver.feed(dispatch());
    expect(driver.agent.rollouts).toMatchObject([{ inFlight: 1, failedAttempts: 0, isHastened: false }]);
  });

  test('leaves the request with the events of a lost agent in flight', () => {
    const driver = new AgentDriver();
    driver.boot({ outbox: [started] });
    driver.feed({ type: 'HeartbeatUnanswered' });
    expect(types(driver.feed(dispatch()))).not.toContain('SendEvents');
    expect(driver.agent.rollouts).toMatchObject([{ inFlight: 1, failedAttempts: 0 }]);
    expect(driver.feed(answer({ replayFrom: 0 }))).toEqual([]);
  });

  // Without event numbers the record stays Pending, so the control plane offers the dispatch again.
  test('that is repeated does not replace a request that has skipped its wait', () => {
    const driver = new AgentDriver();
    driver.boot({ headers: [{ ...header, numberedTo: Number.MAX_SAFE_INTEGER }], outbox: [started] });
    driver.feed(answer());
    driver.feed(dispatch());
    driver.delivered(2, 'not-delivered');
    expect(types(driver.feed(answer({ replayFrom: 0 })))).toEqual(['SendEvents']);
    driver.feed(dispatch());
    expect(driver.record().state).toBe('Pending');
    expect(driver.feed(answer({ replayFrom: 0 }))).toEqual([]);
  });

  test('rolls back to the closure at dispatch, even after a manual switch', () => {
    const driver = new AgentDriver().start();
    driver.feed({ type: 'RunningClosureChanged', runningClosure: 'sha256-by-hand' });
    driver.feed(dispatch());
    expect(driver.record().currentClosureAtDispatch).toBe('sha256-by-hand');
  });
});

test('a rollout id may be any string', () => {
  for (const rolloutId of ['__proto__', 'constructor', '', '10']) {
    const driver = new AgentDriver().start();
    driver.feed(dispatch({ manifest: manifest({ rolloutId }) }));
    expect(driver.record(rolloutId).state).toBe('Activating');
    driver.feed(boot());
    expect(driver.agent.rollouts).toEqual([]);
  }
});
