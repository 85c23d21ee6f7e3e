import { expect, expectTypeOf, test } from 'vitest';
import type { ControlPlaneEffect, ControlPlaneEffectType } from '../../src/control-plane/control-plane-effects.ts';
import {
  performControlPlaneEffects,
  type ControlPlaneEffectHandlers,
} from '../../src/control-plane/perform-effects.ts';
import { manifest } from './support/manifests.ts';
import { World } from './support/world.ts';

const TYPES: Record<ControlPlaneEffectType, true> = {
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
  TakeOverRecord: true,
  HostUnreachable: true,
  HostReachable: true,
};

function recording(): { readonly handlers: ControlPlaneEffectHandlers; readonly performed: ControlPlaneEffect[] } {
  const performed: ControlPlaneEffect[] = [];
  const take = (effect: ControlPlaneEffect): void => void performed.push(effect);
  // One function takes them all, so it is right for each.
  const handlers = Object.fromEntries(
    Object.keys(TYPES).map((type) => [type, take]),
  ) as unknown as ControlPlaneEffectHandlers;
  return { handlers, performed };
}

test('every effect goes to its handler, in order', () => {
  const world = new World();
  world.verify(manifest({ waves: [['a'], ['b']] }));
  const { handlers, performed } = recording();
  performControlPlaneEffects(world.effects, handlers, () => expect.unreachable());
  expect(performed).toEqual(world.effects);
});

test('an effect of an agent is a defect: reported, not performed, and what follows goes on', () => {
  const { handlers, performed } = recording();
  const foreign: string[] = [];
  const local = { type: 'LocalFireSwitch', rolloutId: 'r@1', target: 'x' } as const;
  const own = { type: 'RemoteInsertQuarantine', channel: 'c', closure: 'x' } as const;
  performControlPlaneEffects([local, own], handlers, ({ type }) => void foreign.push(type));
  expect([foreign, performed]).toEqual([['LocalFireSwitch'], [own]]);
});

test('a missing or a foreign handler fails to compile', () => {
  type WithoutOne = Omit<ControlPlaneEffectHandlers, 'QueueDispatch'>;
  expectTypeOf<WithoutOne>().not.toExtend<ControlPlaneEffectHandlers>();
  expectTypeOf<ControlPlaneEffectHandlers>().not.toHaveProperty('LocalFireSwitch');
});
