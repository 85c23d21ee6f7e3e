import { describe, expect, test } from 'vitest';
import type { RemoteEffect } from '../../src/machine/effects.ts';
import { step } from '../../src/machine/step.ts';
import {
  ack,
  AgentDriver,
  answer,
  completed,
  dispatch,
  emitted,
  manifest,
  OLD_CLOSURE,
  ROLLOUT,
  snapshot,
  START,
  types,
} from './agent-driver.ts';

const noRecord = (rolloutId: string, event: string) => ({
  type: 'EmitLog',
  level: 'warn',
  target: 'agent',
  message: expect.stringContaining(event),
  fields: { code: 'no-record', hostname: 'web-01', rolloutId },
});

describe('rule 2: numbers', () => {
  test('begin at 1, rise by 1, and a refused event uses none', () => {
    const driver = new AgentDriver().start();
    expect(emitted(driver.feed(dispatch())).map(({ seq }) => seq)).toEqual([1]);
    const refused = driver.feed({ type: 'RollbackCompleted', rolloutId: ROLLOUT, revertedToClosure: 'x', exitCode: 0 });
    expect(refused).toMatchObject([
      {
        type: 'EmitLog',
        level: 'warn',
        target: 'agent',
        fields: {
          code: 'event-refused',
          hostname: 'web-01',
          rolloutId: ROLLOUT,
          refusal: 'IllegalForState',
          event: 'LocalRollbackCompleted',
        },
      },
    ]);
    const started = driver.feed({ type: 'ActivationStarted', rolloutId: ROLLOUT, switchMethod: 'switch' });
    expect(emitted(started).map(({ seq }) => seq)).toEqual([2]);
  });

  test('reports about a rollout without a record are dropped with a warning', () => {
    const driver = new AgentDriver().start();
    const effects = driver.feed({ type: 'ActivationFailed', rolloutId: 'stable@other', exitCode: 1, stderrTail: '' });
    expect(effects).toEqual([noRecord('stable@other', 'LocalActivationFailed')]);
  });

  test('so are those about a rollout that only the outbox knows', () => {
    const driver = new AgentDriver();
    driver.boot({ outbox: [ack] });
    driver.feed({ type: 'HeartbeatUnanswered' });
    expect(driver.feed(completed)).toEqual([noRecord(ROLLOUT, 'LocalActivationCompleted')]);
    expect(driver.undeliveredSeqs()).toEqual([1]);
  });

  test('the numbers run out with an error, not with a wrong number', () => {
    const driver = new AgentDriver();
    driver.boot({ manifests: [manifest()] });
    const last = snapshot({
      state: 'Activating',
      currentClosureAtDispatch: OLD_CLOSURE,
      dispatchAckedAt: START,
      lastEventSeq: Number.MAX_SAFE_INTEGER,
    });
    driver.feed(answer({ bootstrapRollouts: [last], manifests: [manifest()] }));
    const effects = driver.feed({ type: 'ActivationStarted', rolloutId: ROLLOUT, switchMethod: 'switch' });
    expect(effects).toEqual([
      {
        type: 'EmitLog',
        level: 'error',
        target: 'agent',
        message: expect.stringContaining('LocalActivationStarted'),
        fields: { code: 'numbers-used-up', hostname: 'web-01', rolloutId: ROLLOUT },
      },
    ]);
    // The failure cannot be recorded, and the switch is not repeated over and over.
    const failure = driver.feed({ type: 'ActivationFailed', rolloutId: ROLLOUT, exitCode: 1, stderrTail: '' });
    expect(types(failure)).toEqual(['EmitLog']);
  });
});

const host = 'web-01';
const foreign: readonly RemoteEffect[] = [
  { type: 'RemoteQueueDispatch', host, rolloutId: ROLLOUT, targetClosure: OLD_CLOSURE, soakDueAt: null },
  { type: 'RemoteInsertQuarantine', channel: 'stable', closure: OLD_CLOSURE },
  { type: 'RemoteOpenRolloutRecord', rolloutId: ROLLOUT, channel: 'stable', host },
  { type: 'RemoteAppendEventLog', host, rolloutId: ROLLOUT, payload: ack.event },
];

test.each(foreign)('rule 12: $type is an error in the log, and is not performed', (effect) => {
  const driver = new AgentDriver({
    rules: {
      step: (...args) => {
        const result = step(...args);
        // The types of the machine allow only some of these effects.
        return result.ok ? { ...result, effects: [effect as never] } : result;
      },
    },
  }).start();
  expect(driver.feed(dispatch()).filter(({ type }) => type !== 'WriteOutboxHeader')).toEqual([
    {
      type: 'EmitLog',
      level: 'error',
      target: 'agent',
      message: expect.stringContaining(effect.type),
      fields: { code: 'foreign-effect', hostname: 'web-01', rolloutId: ROLLOUT },
    },
  ]);
});
