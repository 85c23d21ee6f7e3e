import { describe, expect, test } from 'vitest';
import type { AgentEffect, OutboxHeader } from '../../src/agent/index.ts';
import type { HostEffect } from '../../src/machine/effects.ts';
import { newPendingHost } from '../../src/machine/record.ts';
import { step } from '../../src/machine/step.ts';
import {
  AgentDriver,
  answer,
  boot,
  dispatch,
  manifest,
  NEW_CLOSURE,
  OLD_CLOSURE,
  ofType,
  ROLLOUT,
  SECOND,
  snapshot,
  START,
} from './agent-driver.ts';

/** All that an operator would read, each as `level: message fields`. */
const read = (effects: readonly AgentEffect[]): readonly string[] =>
  ofType(effects, 'EmitLog').map(({ level, target, message, fields }) => {
    const { hostname, ...rest } = fields;
    expect([target, hostname]).toEqual(['agent', 'web-01']);
    return `${level}: ${message} ${JSON.stringify(rest)}`;
  });

const completed = {
  type: 'ActivationCompleted',
  rolloutId: ROLLOUT,
  observedCurrentClosure: NEW_CLOSURE,
  exitCode: 0,
} as const;
const soaking = snapshot({ state: 'Soaking', currentClosureAtDispatch: OLD_CLOSURE, lastEventSeq: 3 });
const record = newPendingHost({ ...manifest(), dispatchedAt: START, soakDueAt: null });
const header: OutboxHeader = { rolloutId: ROLLOUT, manifest: manifest(), record, numberedTo: 64 };

describe('an operator reads', () => {
  test('of an input before the boot, and of a worker of the life before', () => {
    const driver = new AgentDriver();
    expect(read(driver.feed(completed))).toEqual(['warn: ActivationCompleted came before Boot; it is dropped. {}']);
    driver.boot();
    expect(read(driver.feed(completed))).toEqual([
      'warn: ActivationCompleted came before the boot was over; it is dropped, and the work is done again. {}',
    ]);
  });

  test('of a dispatch for another host', () => {
    const driver = new AgentDriver().start();
    expect(read(driver.feed(dispatch({ manifest: manifest({ hostname: 'web-02' }) })))).toEqual([
      'error: A dispatch for the host web-02 is not acted on: this is web-01. {"rolloutId":"stable@r1"}',
    ]);
  });

  test('of snapshots that are not taken over', () => {
    const driver = new AgentDriver().start();
    const read1 = (fields: Partial<typeof soaking>, manifests = [manifest()]) =>
      read(driver.feed(answer({ bootstrapRollouts: [{ ...soaking, ...fields }], manifests })));
    expect(read1({ hostname: 'web-02' })).toEqual([
      'error: A snapshot of the host web-02 is not taken over: this is web-01. {"rolloutId":"stable@r1"}',
    ]);
    expect(read1({}, [])).toEqual([
      'warn: A snapshot is not taken over: there is no signed manifest of its rollout. {"rolloutId":"stable@r1"}',
    ]);
    const refusal = 'error: A snapshot is not taken over: the signed manifest names another target closure or host. ';
    expect(read1({ targetClosure: 'evil' })).toEqual([
      `${refusal}{"rolloutId":"stable@r1","targetClosure":"evil","manifestTargetClosure":"sha256-new","manifestHostname":"web-01"}`,
    ]);
    expect(read1({}, [manifest({ hostname: 'web-02' })])).toEqual([
      `${refusal}{"rolloutId":"stable@r1","targetClosure":"sha256-new","manifestTargetClosure":"sha256-new","manifestHostname":"web-02"}`,
    ]);
  });

  test('of an event that the machine refuses, or that no rollout has asked for', () => {
    const driver = new AgentDriver().soak();
    expect(read(driver.feed(completed))).toEqual([
      'warn: web-01 is Soaking in stable@r1, and Soaking does not take LocalActivationCompleted. ' +
        '{"rolloutId":"stable@r1","refusal":"IllegalForState","event":"LocalActivationCompleted"}',
    ]);
    expect(read(driver.feed({ ...completed, rolloutId: 'stable@other' }))).toEqual([
      'warn: LocalActivationCompleted does not concern a rollout that this agent has a record of; it is dropped. ' +
        '{"rolloutId":"stable@other"}',
    ]);
  });

  test('of numbers that are used up', () => {
    const driver = new AgentDriver().start();
    const last = { ...soaking, state: 'Activating', lastEventSeq: Number.MAX_SAFE_INTEGER } as const;
    driver.feed(answer({ bootstrapRollouts: [last], manifests: [manifest()] }));
    expect(read(driver.feed(completed))).toEqual([
      'error: LocalActivationCompleted is dropped: the numbers of the rollout are used up. Open a new rollout. ' +
        '{"rolloutId":"stable@r1"}',
    ]);
  });

  test('of work that a newer rollout has made needless', () => {
    const driver = new AgentDriver().start();
    driver.feed(dispatch());
    driver.feed(dispatch({ manifest: manifest({ rolloutId: 'stable@r2' }) }));
    const failed = { type: 'ActivationFailed', rolloutId: ROLLOUT, exitCode: 1, stderrTail: '' } as const;
    expect(read(driver.feed(failed))).toEqual([
      'warn: LocalFireRollbackTo is left: a newer rollout has taken over. {"rolloutId":"stable@r1"}',
    ]);
  });

  test.each<readonly [string, HostEffect, string]>([
    ...['RemoteQueueDispatch', 'RemoteInsertQuarantine', 'RemoteOpenRolloutRecord', 'RemoteAppendEventLog'].map(
      (type) =>
        [
          `is ${type}, which is for the control plane`,
          // The types do not let the machine return one.
          { type } as never,
          `error: ${type} belongs to the control plane and is not performed: this is a defect. {"rolloutId":"stable@r1"}`,
        ] as const,
    ),
    [
      'names a rollout that there is not',
      {
        type: 'LocalEmitEvent',
        rolloutId: 'stable@r9',
        payload: { type: 'ActivationStarted', startedAt: 1, switchMethod: '', seq: 1 },
        durable: true,
      } as const,
      'error: An event of an unknown rollout is not sent: this is a defect. {"rolloutId":"stable@r9"}',
    ],
  ])('of an effect that %s', (_what, effect, message) => {
    const driver = new AgentDriver({
      parts: {
        step: (before, event, now, policy) => {
          const result = step(before, event, now, policy);
          return result.ok ? { ...result, effects: [effect] } : result;
        },
      },
    }).start();
    expect(read(driver.feed(dispatch()))).toEqual([message]);
    expect(driver.undeliveredSeqs()).toEqual([]);
  });

  test('of what the machine itself has to say', () => {
    const log = { type: 'EmitLog', level: 'info', target: 'agent', message: 'said', fields: { hostname: 'web-01' } };
    const metric = { type: 'EmitMetric', name: 'm', labels: {}, value: 1 };
    const driver = new AgentDriver({
      parts: {
        step: (before, event, now, policy) => {
          const result = step(before, event, now, policy);
          // The machine of today returns neither; the agent performs both.
          return result.ok ? { ...result, effects: [log as never, metric as never] } : result;
        },
      },
    }).start();
    expect(driver.feed(dispatch())).toEqual(expect.arrayContaining([log, metric]));
  });

  test('nothing of an outbox that is full of what must not be lost', () => {
    const driver = new AgentDriver({ settings: { maxUndeliveredEvents: 2 } }).soak();
    expect(driver.undeliveredSeqs()).toHaveLength(4);
    expect(read(driver.effects)).toEqual([]);
  });

  test('nothing of events of the outbox that the header knows already', () => {
    const acked = { ...record, state: 'Activating', dispatchAckedAt: 1, lastEventSeq: 1 } as const;
    const outbox = [
      { type: 'DispatchAck', currentClosureAtDispatch: OLD_CLOSURE, receivedAt: 1, seq: 1 } as const,
      { type: 'ActivationStarted', startedAt: 1, switchMethod: '', seq: 2 } as const,
    ].map((event) => ({ rolloutId: ROLLOUT, event, durable: true }));
    const driver = new AgentDriver();
    expect(read(driver.boot({ headers: [{ ...header, record: acked }], outbox }))).toEqual([]);
    expect(driver.record().lastEventSeq).toBe(2);
  });

  test('of an outbox whose events do not fit', () => {
    const driver = new AgentDriver();
    const event = { type: 'ActivationStarted', startedAt: 1, switchMethod: '', seq: 2 } as const;
    expect(read(driver.boot({ headers: [header], outbox: [{ rolloutId: ROLLOUT, event, durable: true }] }))).toEqual([
      'warn: An event of the outbox does not fit the record: web-01 is Pending in stable@r1, and Pending does not take ' +
        'RemoteActivationStarted. {"rolloutId":"stable@r1","refusal":"IllegalForState"}',
    ]);
  });

  test('of an outbox that is full', () => {
    const driver = new AgentDriver({ settings: { maxUndeliveredEvents: 8 } }).soak();
    const messages: string[] = [];
    for (let run = 0; run < 6; run += 1) messages.push(...read(driver.probe('http', 'pass')));
    expect(messages).toEqual([
      'warn: The outbox is full: probe results that later ones make up for are not sent. ' +
        '{"rolloutId":"stable@r1","dropped":3,"undelivered":6}',
    ]);
  });

  test('of an event that the control plane refused', () => {
    const driver = new AgentDriver().soak();
    expect(read(driver.delivered(1, 'refused'))).toEqual([
      'error: The control plane refused an event, which is not sent again. Compare both records of the host. ' +
        '{"rolloutId":"stable@r1","seq":1,"event":"DispatchAck"}',
    ]);
  });

  test('of a probe that was not started', () => {
    expect(read(new AgentDriver().soak().probe('nobody', 'fail'))).toEqual([
      'warn: A probe that was not started reported; the result is dropped. {"probeName":"nobody"}',
    ]);
  });

  test('of a rollback that failed, and of one that nothing asked for', () => {
    const driver = new AgentDriver().soak();
    const report = { type: 'RollbackFailed', rolloutId: ROLLOUT, exitCode: 4, stderrTail: 'no space' } as const;
    expect(read(driver.feed(report))).toEqual([
      'warn: A rollback failed that nothing asked for; the report is dropped. {"rolloutId":"stable@r1","exitCode":4}',
    ]);
    driver.probe('http', 'fail');
    driver.tick(120 * SECOND);
    expect(read(driver.feed(report))).toEqual([
      'error: The rollback failed. It is tried again at the next boot; until then, look after the host. ' +
        '{"rolloutId":"stable@r1","exitCode":4,"stderrTail":"no space","closure":"sha256-old"}',
    ]);
    expect(ofType(driver.effects, 'EmitMetric')).toEqual([
      {
        type: 'EmitMetric',
        name: 'nixfleet_agent_rollback_failures_total',
        labels: { hostname: 'web-01', channel: 'stable', rolloutId: ROLLOUT },
        value: 1,
      },
    ]);
  });

  test('of a deferral that a reboot did not finish, in the event itself', () => {
    const driver = new AgentDriver();
    const deferred = { ...soaking, state: 'Deferred' } as const;
    driver.feed(boot({ rebooted: true, manifests: [manifest()] }));
    expect(ofType(driver.feed(answer({ bootstrapRollouts: [deferred] })), 'LocalEmitEvent')).toMatchObject([
      {
        payload: {
          type: 'ActivationFailed',
          exitCode: 1,
          stderrTail: 'After the reboot the host runs sha256-old, not the deferred sha256-new.',
          failedAt: driver.now,
        },
      },
    ]);
  });
});
