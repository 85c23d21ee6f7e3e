import { describe, expect, test } from 'vitest';
import { type OutboxHeader } from '../../src/agent/index.ts';
import {
  ack,
  activating,
  AgentDriver,
  answer,
  dispatch,
  emitted,
  entry,
  header,
  logLevels,
  manifests,
  MINUTE,
  NEW_CLOSURE,
  ofType,
  OLD_CLOSURE,
  pending,
  ROLLOUT,
  snapshot,
  START,
  started,
  types,
  work,
} from './agent-driver.ts';

const ended: OutboxHeader = {
  ...header,
  record: { ...pending, state: 'Reverted', dispatchAckedAt: START - 500, revertedTo: OLD_CLOSURE, lastEventSeq: 9 },
};
const activationFailed = entry({
  type: 'ActivationFailed',
  exitCode: 1,
  stderrTail: '',
  failedAt: START - 300,
  seq: 3,
});

describe('rule 11: the record is the snapshot and then the outbox', () => {
  test('undelivered events are applied, and emitted no second time', () => {
    const driver = new AgentDriver();
    driver.boot({ manifests, outbox: [activationFailed], runningClosure: NEW_CLOSURE });
    expect(driver.hasRecord()).toBe(false);
    const effects = driver.feed(answer({ bootstrapRollouts: [activating] }));
    expect(driver.record()).toMatchObject({ state: 'Failed', lastEventSeq: 3, policyApplied: 'rollback-and-halt' });
    expect(work(effects)).toEqual(['LocalResetProbeCache', 'LocalFireRollbackTo']);
  });

  test('an event delivered while the answer was in flight is not lost from the record', () => {
    const driver = new AgentDriver();
    driver.boot({ manifests, outbox: [activationFailed], runningClosure: NEW_CLOSURE });
    driver.delivered(3);
    driver.feed(answer({ bootstrapRollouts: [activating] }));
    expect(driver.record().state).toBe('Failed');
    expect(driver.undeliveredSeqs()).toEqual([]);
  });

  test('the outbox is read in the order of its numbers, and each counts once', () => {
    const driver = new AgentDriver();
    driver.boot({ headers: [header], outbox: [started, ack, started] });
    expect(driver.undeliveredSeqs()).toEqual([1, 2]);
    expect(driver.record().activationStartedAt).toBe(START - 400);
  });

  test('events that the header already covers are skipped without a log line', () => {
    const acked = { ...pending, state: 'Activating', dispatchAckedAt: 1, lastEventSeq: 1 } as const;
    const driver = new AgentDriver();
    expect(logLevels(driver.boot({ headers: [{ ...header, record: acked }], outbox: [ack, started] }))).toEqual([]);
    expect(driver.record().lastEventSeq).toBe(2);
  });

  test('without a header, the outbox applies to the snapshot of the pending record', () => {
    const driver = new AgentDriver();
    driver.boot({ outbox: [ack, started], manifests });
    expect(driver.hasRecord()).toBe(false);
    driver.feed(answer({ bootstrapRollouts: [snapshot()] }));
    expect(driver.record()).toMatchObject({ state: 'Activating', lastEventSeq: 2, soakDueAt: START + 30 * MINUTE });
  });

  test('an outbox that does not begin with the dispatch is not applied to a pending record', () => {
    const driver = new AgentDriver();
    driver.boot({ outbox: [started], manifests });
    driver.feed(answer({ bootstrapRollouts: [snapshot()] }));
    expect(driver.hasRecord()).toBe(false);
  });

  test('a snapshot that has no event and is not Pending is no base for the outbox', () => {
    const driver = new AgentDriver();
    driver.boot({ outbox: [ack], manifests });
    driver.feed(answer({ bootstrapRollouts: [{ ...activating, lastEventSeq: 0 }] }));
    expect(driver.hasRecord()).toBe(false);
  });

  test('without an answer the soak is remembered', () => {
    const driver = new AgentDriver();
    driver.boot({ headers: [header], outbox: [ack, started] });
    driver.feed({ type: 'HeartbeatUnanswered' });
    expect(driver.record()).toMatchObject({ soakDueAt: pending.soakDueAt, dispatchedAt: pending.dispatchedAt });
  });

  test('an event that does not fit is skipped with a warning', () => {
    const driver = new AgentDriver();
    driver.boot({ manifests, outbox: [activationFailed] });
    const effects = driver.feed(answer({ bootstrapRollouts: [{ ...activating, state: 'Reverted' }] }));
    expect(ofType(effects, 'EmitLog')).toMatchObject([
      {
        level: 'warn',
        message: expect.stringContaining('does not fit'),
        fields: { code: 'outbox-event-refused', rolloutId: ROLLOUT, refusal: 'IllegalForState' },
      },
    ]);
    expect(driver.record().state).toBe('Reverted');
  });

  test('a snapshot that arrives after the timeout is taken over, and work continues', () => {
    const driver = new AgentDriver();
    driver.boot({ manifests });
    expect(driver.feed({ type: 'HeartbeatUnanswered' })).toEqual([]);
    const effects = driver.feed(answer({ bootstrapRollouts: [activating] }));
    expect(work(effects)).toEqual(['LocalResetProbeCache', 'LocalFireSwitch']);
  });
});

describe('the header on disk', () => {
  const written = (driver: AgentDriver) => ofType(driver.effects, 'WriteOutboxHeader').map((effect) => effect.header);

  test('before an event holds the record without it, and after a change of state the new record', () => {
    const driver = new AgentDriver().start();
    driver.feed(dispatch());
    expect(written(driver).map(({ record, numberedTo }) => [record.state, record.lastEventSeq, numberedTo])).toEqual([
      ['Pending', 0, 64],
      ['Activating', 1, 64],
    ]);
    driver.feed({ type: 'ActivationStarted', rolloutId: ROLLOUT, switchMethod: 'switch' });
    expect(written(driver)).toEqual([]);
    driver.feed({ type: 'ActivationFailed', rolloutId: ROLLOUT, exitCode: 1, stderrTail: '' });
    expect(written(driver)).toMatchObject([{ record: { state: 'Failed', lastEventSeq: 3 } }]);
  });

  test('is written at boot if the outbox has a later state, before its events are sent', () => {
    const driver = new AgentDriver();
    expect(types(driver.boot({ headers: [header], outbox: [ack] }))).toEqual([
      'WriteOutboxHeader',
      'SendHeartbeat',
      'SendEvents',
    ]);
    driver.effects = ofType(driver.effects, 'WriteOutboxHeader');
    expect(written(driver)).toMatchObject([{ record: { state: 'Activating', lastEventSeq: 1 }, numberedTo: 64 }]);
    const same = { ...header, record: { ...header.record, state: 'Activating', lastEventSeq: 1 } } as const;
    expect(types(driver.boot({ headers: [same], outbox: [ack] }))).toEqual(['SendHeartbeat', 'SendEvents']);
  });

  test('reports a finished rollout, which the control plane does not mention', () => {
    const driver = new AgentDriver();
    const effects = driver.boot({ headers: [ended] });
    expect(ofType(effects, 'SendHeartbeat')[0]?.heartbeat.rollouts).toMatchObject([
      { state: 'Reverted', lastEventSeq: 9 },
    ]);
    driver.feed(answer());
    expect(driver.feed(dispatch())).toEqual([]);
  });

  test('of another host is discarded with its events (regression: they were sent under the name of this host)', () => {
    const driver = new AgentDriver();
    const foreign = { ...ended, record: { ...ended.record, hostname: 'web-02' } };
    const effects = driver.boot({ headers: [foreign], outbox: [ack] });
    expect(types(effects)).toEqual(['EmitLog', 'RemoveFromOutbox', 'RemoveOutboxHeader', 'SendHeartbeat']);
    expect(ofType(effects, 'EmitLog')).toMatchObject([
      {
        level: 'error',
        message: expect.stringContaining(ROLLOUT),
        fields: { code: 'outbox-of-another', rolloutId: ROLLOUT, foundHostname: 'web-02' },
      },
    ]);
    expect(ofType(effects, 'SendHeartbeat')[0]?.heartbeat).toMatchObject({ rollouts: [], undelivered: [] });
    driver.feed(answer());
    expect(driver.hasRecord()).toBe(false);
    expect(emitted(driver.feed(dispatch()))).toMatchObject([{ seq: 1 }]);
  });
});

test('a convergence in the outbox counts, although the header was written while a probe failed', () => {
  const probes = {
    http: { status: 'fail', mode: 'enforce', lastObservedAt: START, lastPassAt: null, failureReason: 'down' },
  } as const;
  const record = {
    ...ended.record,
    state: 'Soaking' as const,
    revertedAt: null,
    revertedTo: null,
    currentClosure: NEW_CLOSURE,
    soakDueAt: START,
    probes,
  };
  const event = { type: 'Converged', convergedAt: START + MINUTE, currentClosure: NEW_CLOSURE, seq: 12 } as const;
  const driver = new AgentDriver();
  driver.boot({
    runningClosure: NEW_CLOSURE,
    headers: [{ ...ended, record }],
    outbox: [{ rolloutId: ROLLOUT, event, durable: true }],
  });
  expect(driver.record()).toMatchObject({ state: 'Converged', lastEventSeq: 12 });
});

describe('rule 11: numbers continue after all that may have been used', () => {
  const next = (driver: AgentDriver): number | undefined =>
    emitted(driver.feed({ type: 'ActivationStarted', rolloutId: ROLLOUT, switchMethod: 'switch' }))[0]?.seq;

  test('after what the header reserved, even where the snapshot and the outbox know less', () => {
    const driver = new AgentDriver();
    driver.boot({ headers: [header] });
    driver.feed(answer({ bootstrapRollouts: [activating] }));
    expect(next(driver)).toBe(65);
    expect(ofType(driver.effects, 'WriteOutboxHeader')[0]?.header.numberedTo).toBe(128);
  });

  test('after the snapshot, where that is highest', () => {
    const driver = new AgentDriver();
    driver.boot({ manifests });
    driver.feed(answer({ bootstrapRollouts: [{ ...activating, lastEventSeq: 500 }] }));
    expect(next(driver)).toBe(501);
  });

  test('after the outbox, where that is highest', () => {
    const driver = new AgentDriver();
    const later = [69, 70].map((seq) => ({ ...started, event: { ...started.event, seq } }));
    driver.boot({ manifests, outbox: [ack, ...later] });
    driver.feed(answer({ bootstrapRollouts: [snapshot()] }));
    expect(next(driver)).toBe(71);
  });

  test('after the outbox, where nothing else is known', () => {
    const driver = new AgentDriver();
    const outbox = [1, 69, 70].map((seq) => ({ ...started, event: { ...started.event, seq } }));
    driver.boot({ outbox });
    driver.feed({ type: 'HeartbeatUnanswered' });
    expect(emitted(driver.feed(dispatch()))).toMatchObject([{ type: 'DispatchAck', seq: 71 }]);
  });

  test('for a repeated dispatch after memory was lost', () => {
    const driver = new AgentDriver();
    driver.boot({ headers: [header] });
    driver.feed({ type: 'HeartbeatUnanswered' });
    expect(emitted(driver.feed(dispatch()))).toMatchObject([{ type: 'DispatchAck', seq: 65 }]);
  });
});
