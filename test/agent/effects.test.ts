import { expect, expectTypeOf, test } from 'vitest';
import { performAgentEffects, type AgentEffect, type AgentEffectHandlers } from '../../src/agent/index.ts';
import type { RemoteEffect } from '../../src/machine/effects.ts';
import { step } from '../../src/machine/step.ts';
import { AgentDriver, dispatch, logLevels, types } from './agent-driver.ts';

const foreign: RemoteEffect = {
  type: 'RemoteQueueDispatch',
  host: 'web-01',
  rolloutId: 'r',
  targetClosure: 'c',
  soakDueAt: null,
};

function handlersThatNote(seen: string[]): AgentEffectHandlers {
  const note = ({ type }: AgentEffect): void => void seen.push(type);
  return {
    LocalFireSwitch: note,
    LocalFireRollbackTo: note,
    LocalResetProbeCache: note,
    LocalEmitEvent: note,
    RecordTransition: note,
    EmitMetric: note,
    EmitLog: note,
    SendEvents: note,
    RemoveFromOutbox: note,
    WriteOutboxHeader: note,
    RemoveOutboxHeader: note,
    StartProbes: note,
    StopProbes: note,
    SendHeartbeat: note,
  };
}

test('rule 12: a foreign effect of the machine is logged as an error and the others are performed', () => {
  const driver = new AgentDriver({
    rules: {
      step: (record, event, now, policy) => {
        const result = step(record, event, now, policy);
        // A machine with the defect cannot be written without a cast: the types do not let it return this effect.
        return result.ok ? { ...result, effects: [foreign as never, ...result.effects] } : result;
      },
    },
  }).start();
  const effects = driver.feed(dispatch());
  expect(logLevels(effects)).toEqual(['error']);
  expect(types(effects)).toContain('LocalFireSwitch');
  expect(types(effects)).not.toContain('RemoteQueueDispatch');
});

test('logs and metrics of the machine itself are passed on', () => {
  const log = { type: 'EmitLog', level: 'info', target: 'agent', message: 'said', fields: { hostname: 'web-01' } };
  const metric = { type: 'EmitMetric', name: 'm', labels: {}, value: 1 };
  const driver = new AgentDriver({
    rules: {
      step: (record, event, now, policy) => {
        const result = step(record, event, now, policy);
        // Today's machine returns neither; the agent passes both on.
        return result.ok ? { ...result, effects: [log as never, metric as never] } : result;
      },
    },
  }).start();
  expect(driver.feed(dispatch())).toEqual(expect.arrayContaining([log, metric]));
});

test('performAgentEffects knows every effect of an agent', async () => {
  const seen: string[] = [];
  const foreigners: string[] = [];
  const handlers = handlersThatNote(seen);
  const all = Object.keys(handlers);
  await performAgentEffects(
    all.map((type) => ({ type })),
    handlers,
    ({ type }) => void foreigners.push(type),
  );
  expect([seen, foreigners]).toEqual([all, []]);
});

test('performAgentEffects passes effects on in order, reports foreign ones, and is not misled by names from Object', async () => {
  const seen: string[] = [];
  const foreigners: string[] = [];
  const driver = new AgentDriver().start();
  const effects = driver.feed(dispatch());
  await performAgentEffects([{ type: 'toString' }, foreign, ...effects], handlersThatNote(seen), ({ type }) => {
    foreigners.push(type);
  });
  expect(seen).toEqual(types(effects));
  expect(foreigners).toEqual(['toString', 'RemoteQueueDispatch']);
});

test('handlers may be an object of a class, and one that has too many is not lent to foreign effects', async () => {
  const seen: string[] = [];
  const foreigners: string[] = [];
  const handlers = { ...handlersThatNote(seen), RemoteQueueDispatch: () => void seen.push('RemoteQueueDispatch') };
  // The functions are on its prototype, which is where those of a class are.
  const runtime: AgentEffectHandlers = Object.create(handlers);
  await performAgentEffects([foreign, { type: 'StopProbes' }], runtime, ({ type }) => void foreigners.push(type));
  expect([seen, foreigners]).toEqual([['StopProbes'], ['RemoteQueueDispatch']]);
});

test('a missing or a foreign handler does not compile', () => {
  expectTypeOf<Omit<AgentEffectHandlers, 'LocalEmitEvent'>>().not.toExtend<AgentEffectHandlers>();
  expectTypeOf<Extract<keyof AgentEffectHandlers, `Remote${string}`>>().toEqualTypeOf<never>();
  // @ts-expect-error -- one too many
  const foreignHandler: AgentEffectHandlers = { ...handlersThatNote([]), RemoteQueueDispatch: () => {} };
  expect(foreignHandler).toHaveProperty('RemoteQueueDispatch');
});
