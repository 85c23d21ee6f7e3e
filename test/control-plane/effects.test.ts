import { expect, expectTypeOf, test } from 'vitest';
import type { ControlPlaneEffect } from '../../src/control-plane/effects.ts';
import { performControlPlaneEffects, type ControlPlaneEffectHandlers } from '../../src/control-plane/effects.ts';
import { manifest } from './support/manifests.ts';
import { World } from './support/world.ts';

/** Has a function of every name, those of an agent's effects too: it is not the handlers that tell what is foreign. */
function recording(): { readonly handlers: ControlPlaneEffectHandlers; readonly performed: ControlPlaneEffect[] } {
  const performed: ControlPlaneEffect[] = [];
  const take = (effect: ControlPlaneEffect): void => void performed.push(effect);
  const handlers = new Proxy({}, { get: () => take });
  // One function takes them all, so it is right for each.
  return { handlers: handlers as ControlPlaneEffectHandlers, performed };
}

test('every effect goes to its handler, in order', async () => {
  const world = new World();
  world.verify(manifest({ waves: [['a'], ['b']] }));
  const { handlers, performed } = recording();
  await performControlPlaneEffects(world.effects, handlers, () => expect.unreachable());
  expect(performed).toEqual(world.effects);
});

test('every effect there is has a handler', async () => {
  const all: Readonly<Record<ControlPlaneEffect['type'], true>> = {
    RemoteQueueDispatch: true,
    RemoteInsertQuarantine: true,
    RemoteOpenRolloutRecord: true,
    RemoteAppendEventLog: true,
    RecordTransition: true,
    EmitMetric: true,
    EmitLog: true,
    RecordRolloutTransition: true,
    UpdateCurrentWave: true,
    InsertQuarantineFromRollout: true,
    SchedulePruning: true,
    OpenRollout: true,
    AdvanceWave: true,
    QueueDispatch: true,
    DeferDispatch: true,
    WithdrawDispatch: true,
    WaveWithoutHosts: true,
    AppendRolloutEvent: true,
    SynthesizeEvent: true,
    AppendUnappliedEvent: true,
    TakeOverRecord: true,
    HostUnreachable: true,
    HostReachable: true,
  };
  const effects = Object.keys(all).map((type) => ({ type }));
  const { handlers, performed } = recording();
  await performControlPlaneEffects(effects, handlers, () => expect.unreachable());
  expect(performed).toEqual(effects);
});

test('an effect of an agent is a defect: reported, not performed, and the rest is performed', async () => {
  const { handlers, performed } = recording();
  const foreign: string[] = [];
  const local = { type: 'LocalFireSwitch', rolloutId: 'r@1', target: 'x' } as const;
  const own = { type: 'RemoteInsertQuarantine', channel: 'c', closure: 'x' } as const;
  await performControlPlaneEffects([local, own], handlers, ({ type }) => void foreign.push(type));
  expect([foreign, performed]).toEqual([['LocalFireSwitch'], [own]]);
});

test('a missing or a foreign handler fails to compile', async () => {
  type WithoutOne = Omit<ControlPlaneEffectHandlers, 'QueueDispatch'>;
  expectTypeOf<WithoutOne>().not.toExtend<ControlPlaneEffectHandlers>();
  expectTypeOf<ControlPlaneEffectHandlers>().not.toHaveProperty('LocalFireSwitch');
});
