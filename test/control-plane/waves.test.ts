import { describe, expect, test } from 'vitest';
import { manifest } from './support/manifests.ts';
import { World } from './support/world.ts';

const ID = 'stable@r1';

describe('advancing waves', () => {
  test('the next wave starts in the same pass in which the last host of the current one becomes eligible', () => {
    const world = new World();
    world.verify(manifest({ waves: [['a', 'b'], ['c']] }));
    expect(world.queued()).toEqual(['a', 'b']);
    world.converge('a', ID);
    expect(world.rollout(ID).currentWave).toBe(0);
    world.converge('b', ID);
    expect(world.rollout(ID)).toMatchObject({ currentWave: 1, state: 'Active' });
    expect(world.queued()).toEqual(['c']);
    const types = world.effects.map(({ type }) => type);
    expect(types.indexOf('AdvanceWave')).toBeLessThan(types.indexOf('QueueDispatch'));
  });

  test('a Deferred host does not hold the next wave back', () => {
    const world = new World();
    world.verify(manifest({ waves: [['a'], ['b']] }));
    world.defer('a', ID);
    expect(world.queued()).toEqual(['b']);
  });

  test('waves without hosts are skipped with a warning, even several in a row', () => {
    const world = new World();
    world.verify(manifest({ waves: [[], [], ['a'], [], ['b']] }));
    expect(world.last('WaveWithoutHosts').map(({ wave }) => wave)).toEqual([0, 1]);
    expect(world.last('EmitLog').every(({ level }) => level === 'warn')).toBe(true);
    expect(world.rollout(ID).currentWave).toBe(2);
    expect(world.queued()).toEqual(['a']);
    world.converge('a', ID);
    expect(world.last('WaveWithoutHosts').map(({ wave }) => wave)).toEqual([3]);
    expect(world.rollout(ID).currentWave).toBe(4);
    expect(world.queued()).toEqual(['b']);
  });

  test('the last wave is never skipped, even if it has no hosts', () => {
    const world = new World();
    world.verify(manifest({ waves: [['a'], []] }));
    world.defer('a', ID);
    expect(world.rollout(ID).currentWave).toBe(1);
    world.tick();
    expect(world.rollout(ID).currentWave).toBe(1);
  });

  test('Active with every host so far past activation becomes Converging, once', () => {
    const world = new World();
    world.verify(manifest({ waves: [['a', 'b'], ['c']] }));
    world.soak('a', ID);
    expect(world.rollout(ID).state).toBe('Active');
    world.soak('b', ID);
    expect(world.rollout(ID).state).toBe('Converging');
    expect(world.last('AdvanceWave')).toMatchObject([{ fromWave: 0, toWave: 0 }]);
    world.tick();
    expect(world.last('AdvanceWave')).toEqual([]);
    world.finish('a', ID);
    world.finish('b', ID);
    expect(world.rollout(ID)).toMatchObject({ state: 'Active', currentWave: 1 });
  });

  test('a channel without waves has all its hosts in wave 0', () => {
    const world = new World();
    world.verify(manifest({ others: ['a', 'b'] }));
    expect(world.queued()).toEqual(['a', 'b']);
    expect(world.rollout(ID).currentWave).toBe(0);
  });

  test('a host in no wave is never dispatched, and the rollout never Terminal', () => {
    const world = new World();
    world.verify(manifest({ waves: [['a']], others: ['b'] }));
    expect(world.deferred()).toEqual(['b wave-promotion-host-unstaged']);
    world.converge('a', ID);
    expect(world.queued()).toEqual([]);
    expect(world.rollout(ID).state).not.toBe('Terminal');
  });

  test('terminal: when the last host has converged', () => {
    const world = new World();
    world.verify(manifest({ waves: [['a'], ['b']] }));
    world.converge('a', ID);
    world.converge('b', ID);
    expect(world.rollout(ID)).toMatchObject({ state: 'Terminal', terminalAt: world.now });
    const fed = world.last('AppendRolloutEvent').map(({ event }) => event.type);
    expect(fed).toEqual(['HostStateChanged', 'RolloutTerminal']);
  });
});
