import { describe, expect, test } from 'vitest';
import { gateOf, hostsOf, rolloutsOf } from '../../src/control-plane/reads.ts';
import { manifest } from './support/manifests.ts';
import { World } from './support/world.ts';

describe('opening a rollout', () => {
  test('every host of the set gets a Pending record and joins', () => {
    const world = new World();
    world.verify(manifest({ waves: [['b', 'a'], ['c']] }));
    expect(world.states('stable@r1')).toEqual({ a: 'Pending', b: 'Pending', c: 'Pending' });
    expect(world.rollout('stable@r1')).toMatchObject({
      state: 'Active',
      currentWave: 0,
      openedAt: world.now,
      targetRef: 'r1',
    });
    expect(world.last('RemoteOpenRolloutRecord').map(({ host }) => host)).toEqual(['a', 'b', 'c']);
    const events = world
      .last('AppendRolloutEvent')
      .map(({ event }) => (event.type === 'HostJoined' ? [event.hostId, event.wave] : event.type));
    expect(events).toEqual(['RolloutOpened', ['a', 0], ['b', 0], ['c', 1]]);
    expect(world.last('OpenRollout')).toEqual([
      { type: 'OpenRollout', rolloutId: 'stable@r1', channel: 'stable', targetRef: 'r1', hosts: 3, at: world.now },
    ]);
  });

  test('once: no rollout id opens twice, whether by ticks, by the same manifest, or after it is Terminal', () => {
    const world = new World();
    const one = manifest({ others: ['a'] });
    world.verify(one);
    world.tick();
    world.verify(one);
    world.converge('a', 'stable@r1');
    expect(world.rollout('stable@r1').state).toBe('Terminal');
    world.verify(one);
    world.tick();
    expect(world.log.filter(({ type }) => type === 'OpenRollout')).toHaveLength(1);
    expect(world.rollout('stable@r1').state).toBe('Terminal');
  });

  test('a manifest without hosts opens nothing, and supersedes what its channel had', () => {
    const world = new World();
    world.verify(manifest({ ref: 'r1', others: ['a'] }));
    world.verify(manifest({ ref: 'r1' }));
    expect(world.rollout('stable@r1').state).not.toBe('Superseded');
    world.verify(manifest({ ref: 'r2' }));
    expect(world.rollout('stable@r1')).toMatchObject({ state: 'Superseded' });
    expect(world.last('OpenRollout')).toEqual([]);
    expect(world.last('EmitLog')).toMatchObject([{ level: 'warn' }]);
    expect(world.last('WithdrawDispatch')).toMatchObject([{ host: 'a', because: 'rollout-superseded' }]);
    world.verify(manifest({ ref: 'r2' }));
    expect(world.last('AppendRolloutEvent')).toEqual([]);
  });

  test('judged by rollout id: a second ref on the channel opens and supersedes every predecessor', () => {
    const world = new World();
    world.verify(manifest({ others: ['a'] }));
    world.converge('a', 'stable@r1');
    world.verify(manifest({ ref: 'r2', others: ['a'] }));
    world.verify(manifest({ ref: 'r3', others: ['a'] }));
    expect(rolloutsOf(world.state).map(({ rolloutId, state }) => [rolloutId, state])).toEqual([
      ['stable@r1', 'Superseded'],
      ['stable@r2', 'Superseded'],
      ['stable@r3', 'Active'],
    ]);
    const superseded = world.last('AppendRolloutEvent').filter(({ event }) => event.type === 'SuccessorOpened');
    expect(superseded.map(({ rolloutId }) => rolloutId)).toEqual(['stable@r2']);
  });

  // Nothing noticed a predecessor that had failed or reverted and was left as it was.
  test.each(['Failed', 'Reverted', 'Terminal', 'Converging', 'Active'] as const)(
    'a predecessor that is %s is superseded, and stays so',
    (state) => {
      const world = new World();
      world.verify(manifest({ waves: [['a'], ['b']] }));
      if (state === 'Failed') world.fail('a', 'stable@r1');
      if (state === 'Reverted') world.revert('a', 'stable@r1');
      if (state === 'Converging') world.soak('a', 'stable@r1');
      if (state === 'Terminal') for (const host of ['a', 'b']) world.converge(host, 'stable@r1');
      // A rollout that failed stays Failed when its host goes back.
      const before = state === 'Reverted' ? 'Failed' : state;
      expect(world.rollout('stable@r1').state).toBe(before);
      world.verify(manifest({ ref: 'r2', waves: [['a'], ['b']] }));
      expect(world.rollout('stable@r1')).toMatchObject({ state: 'Superseded', supersededAt: world.now });
      expect(world.last('RecordRolloutTransition')).toContainEqual(
        expect.objectContaining({ rolloutId: 'stable@r1', from: before, to: 'Superseded' }),
      );
      world.now += 1_000;
      world.verify(manifest({ ref: 'r3', waves: [['a'], ['b']] }));
      expect(world.rollout('stable@r1').supersededAt).toBe(world.now - 1_000);
    },
  );

  test('a superseded ref is not opened again, with a warning', () => {
    const world = new World();
    world.verify(manifest({ others: ['a'] }));
    world.verify(manifest({ ref: 'r2', others: ['a'] }));
    world.verify(manifest({ others: ['a'] }));
    expect(world.last('OpenRollout')).toEqual([]);
    expect(world.last('EmitLog')[0]?.message).toContain('not opened again');
  });

  test('several channels open in order of name, whatever the order of the manifests', () => {
    const world = new World();
    world.verify(manifest({ channel: 'stable', others: ['s'] }), manifest({ channel: 'edge', others: ['e'] }));
    expect(world.last('OpenRollout').map(({ rolloutId }) => rolloutId)).toEqual(['edge@r1', 'stable@r1']);
    expect(world.queued()).toEqual(['e', 's']);
  });

  test('a channel that a later release does not name keeps its manifest', () => {
    const world = new World();
    world.verify(manifest({ channel: 'edge', others: ['e'] }));
    world.verify(manifest({ channel: 'stable', others: ['s'], gatedBy: ['edge'] }));
    expect(gateOf(world.state, 'stable@r1', 's')?.gate).toBe('channel-edges');
  });

  test('names may be anything', () => {
    const world = new World();
    const names = ['', '10', '__proto__', 'constructor', 'toString'];
    world.verify(manifest({ channel: '__proto__', ref: 'constructor', others: names }));
    expect(hostsOf(world.state, '__proto__@constructor').map(({ hostname }) => hostname)).toEqual(names);
    for (const name of names) world.converge(name, '__proto__@constructor');
    expect(world.rollout('__proto__@constructor').state).toBe('Terminal');
  });
});
