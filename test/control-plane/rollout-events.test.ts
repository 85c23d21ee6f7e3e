import { describe, expect, test } from 'vitest';
import { controlPlaneCore } from '../../src/control-plane/control-plane.ts';
import { hostsOf, inFlightOf, manifestOf, fleetMemberOf, wavesOf } from '../../src/control-plane/reads.ts';
import { manifest } from './support/manifests.ts';
import { World } from './support/world.ts';

const ID = 'stable@r1';
const expire = (world: World, rolloutId = ID) => world.handle({ type: 'RetentionExpired', rolloutId });

describe('retention', () => {
  test('a finished rollout drops its hosts and keeps its own record', () => {
    const world = new World();
    world.verify(manifest({ others: ['a', 'b'] }));
    world.converge('a', ID);
    world.converge('b', ID);
    expect(expire(world)).toEqual({ accepted: true, message: null });
    expect(world.rollout(ID)).toMatchObject({ state: 'Pruned', terminalAt: world.now });
    expect([hostsOf(world.state, ID), fleetMemberOf(world.state, 'a')?.places]).toEqual([[], []]);
    expect(manifestOf(world.state, ID)?.rolloutId).toBe(ID);
    expect(wavesOf(world.state, ID)).toHaveLength(1);
    expect(world.ack('a', ID)).toMatchObject({ outcome: 'unknown' });
    world.tick();
    expect(world.last('OpenRollout')).toEqual([]);
  });

  test('a gating channel that was Terminal stays so', () => {
    const world = new World();
    world.verify(manifest({ channel: 'edge', others: ['e'] }));
    world.converge('e', 'edge@r1');
    expire(world, 'edge@r1');
    world.verify(manifest({ others: ['s'], gatedBy: ['edge'] }));
    expect(world.queued()).toEqual(['s']);
  });

  test('hosts in flight stop counting with their records', () => {
    const world = new World();
    world.verify(manifest({ others: ['a'], budgets: [{ key: 'k', hosts: ['a'], limit: 1 }] }));
    world.soak('a', ID);
    world.verify(manifest({ ref: 'r2', others: ['b'] }));
    expect(inFlightOf(world.state, 'k')).toBe(1);
    expire(world);
    expect(inFlightOf(world.state, 'k')).toBe(0);
  });

  test('a host that has left every rollout is not missed, and is again when it joins one', () => {
    const world = new World();
    world.verify(manifest({ others: ['a'] }));
    world.heartbeat('a', 'old');
    world.converge('a', ID);
    expire(world);
    world.now += 400_000;
    world.tick();
    expect(world.last('HostUnreachable')).toEqual([]);
    world.verify(manifest({ ref: 'r2', others: ['a'] }));
    world.now += 15_000;
    world.tick();
    expect(world.last('HostUnreachable')).toHaveLength(1);
  });

  test('a host that was at work only in the pruned rollout has nothing to do in another one', () => {
    const world = new World();
    world.verify(manifest({ others: ['a'] }));
    world.soak('a', ID);
    world.verify(manifest({ ref: 'r2', waves: [['b'], ['a']] }));
    world.heartbeat('a', 'a-r2');
    expire(world);
    const core = controlPlaneCore();
    const restored = new World();
    restored.now = world.now;
    restored.state = core.restore(core.snapshot(world.state));
    for (const each of [world, restored]) {
      each.log.length = 0;
      each.converge('b', 'stable@r2');
      each.tick();
      expect(each.log.filter(({ type }) => type === 'QueueDispatch')).toEqual([]);
    }
  });

  test('an unfinished or unknown rollout is refused with a reason', () => {
    const world = new World();
    world.verify(manifest({ others: ['a'] }));
    expect(expire(world)).toMatchObject({ accepted: false, message: expect.stringContaining('Active') });
    expect(expire(world, 'stable@zzz')).toMatchObject({
      accepted: false,
      message: expect.stringContaining('stable@zzz'),
    });
    expect(world.rollout(ID).state).toBe('Active');
  });
});

describe('clearance', () => {
  const clear = (world: World, rolloutId: string) =>
    world.handle({ type: 'OperatorCleared', rolloutId, operator: 'kim', reason: 'checked' });

  test('its consequences are not defined yet, and the answer says so', () => {
    const world = new World();
    world.verify(manifest({ others: ['a'] }));
    world.fail('a', ID);
    expect(clear(world, ID)).toMatchObject({ accepted: false, message: expect.stringContaining('not defined') });
    expect(clear(world, 'nope@x')).toMatchObject({ accepted: false });
    expect(world.rollout(ID).state).toBe('Failed');
  });

  test('a rollout machine that takes it is believed', () => {
    const world = new World({ stepRollout: (record) => ({ ok: true, record, effects: [] }) });
    world.verify(manifest({ others: ['a'] }));
    expect(clear(world, ID)).toEqual({ accepted: true, message: null });
  });
});
