import { describe, expect, test } from 'vitest';
import type { Gate } from '../../src/control-plane/gates/gate.ts';
import type { Hold } from '../../src/control-plane/gates/hold.ts';
import { manifest } from './support/manifests.ts';
import { World } from './support/world.ts';

const ID = 'stable@r1';
const quarantined: Hold = { gate: 'quarantine', channel: 'stable', closure: 'bad' };
const waitingFor = (gatingRolloutId: string): Hold => ({
  gate: 'channel-edges',
  channel: 'stable',
  gatingChannel: 'edge',
  gatingRolloutId,
  gatingState: 'Active',
  edgeReason: null,
});

/** Refuses the closure of these hosts for good, from the beginning. */
const refusing = (...hosts: readonly string[]): Gate => ({
  name: 'refusing',
  reach: 'closure',
  check: (_context, { hostname }) => (hosts.includes(hostname) ? quarantined : null),
});

test('a host of a waiting group is reported with the first gate that holds it, which may be another', () => {
  const picky: Gate = {
    name: 'picky',
    reach: 'host',
    check: (_context, { hostname }) => (hostname === 'b' ? { gate: 'extension', name: 'picky' } : null),
  };
  const waiting: Gate = { name: 'waiting', reach: 'group', check: () => waitingFor('edge@r1') };
  const world = new World({ gates: [picky, waiting] });
  world.verify(manifest({ others: ['a', 'b', 'c'] }));
  expect(world.deferred()).toEqual(['a channel-edges', 'b extension', 'c channel-edges']);
});

describe('a gate that judges the closure alone', () => {
  test('sets a host aside for good, and the others of its group go on', () => {
    const world = new World({ gates: [refusing('a')] });
    world.verify(manifest({ others: ['a', 'b'] }));
    expect([world.queued(), world.deferred()]).toEqual([['b'], ['a quarantine']]);
    world.tick();
    expect(world.effects).toEqual([]);
  });

  test('sets a host aside also where its whole group waits for something else', () => {
    let pass = 0;
    const moody: Gate = { name: 'moody', reach: 'group', check: () => waitingFor(`edge@${pass}`) };
    const world = new World({ gates: [refusing('b'), moody] });
    world.verify(manifest({ others: ['a', 'b', 'c'] }));
    expect(world.deferred()).toEqual(['a channel-edges', 'b quarantine', 'c channel-edges']);
    pass = 1;
    world.tick();
    expect(world.deferred()).toEqual(['a channel-edges', 'c channel-edges']);
  });
});

describe('a pass', () => {
  test.each([1, 2, 3, 4, 5, 6, 7])('gives the room of a budget to the first %d by name, across groups', (limit) => {
    const hosts = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const world = new World();
    // Three groups that take turns: a and d, b and e and g, c and f.
    const groups = [
      ['a', 'd'],
      ['b', 'e', 'g'],
    ].map((members, at) => ({ key: `g${at}`, hosts: members, limit: 9 }));
    world.verify(manifest({ others: hosts, budgets: [{ key: 'k', hosts, limit }, ...groups] }));
    expect([world.queued(), world.deferred()]).toEqual([
      hosts.slice(0, limit),
      hosts.slice(limit).map((host) => `${host} disruption-budget`),
    ]);
  });

  test.each([1, 2, 3, 4, 5])('gives the room to the first %d by name where groups do not take turns', (limit) => {
    const hosts = ['a', 'b', 'c', 'd', 'e'];
    const world = new World();
    const own = { key: 'own', hosts: ['b', 'c', 'e'], limit: 9 };
    world.verify(manifest({ others: hosts, budgets: [{ key: 'k', hosts, limit }, own] }));
    expect(world.queued()).toEqual(hosts.slice(0, limit));
  });

  test('says once that a host waits for another', () => {
    const world = new World();
    world.verify(manifest({ others: ['a', 'b', 'c'], edges: [['b', 'a']] }));
    expect([world.queued(), world.deferred()]).toEqual([['a', 'c'], ['b host-edge']]);
    world.tick();
    expect(world.effects).toEqual([]);
  });

  test('that only defers queues nothing at all', () => {
    const world = new World();
    world.verify(manifest({ waves: [['a'], ['b']] }));
    world.ack('a', ID);
    const types = world.log.map(({ type }) => type);
    expect(types.filter((type) => type === 'RemoteQueueDispatch')).toHaveLength(1);
    expect(world.log.filter(({ type }) => type === 'DeferDispatch')).toHaveLength(1);
  });

  test('reports what a newly waiting host waits for once, and nothing for other hosts', () => {
    const world = new World();
    world.heartbeat('d', 'd-r1');
    world.verify(manifest({ waves: [['a'], ['b'], ['c', 'd']] }));
    expect(world.deferred()).toEqual(['b wave-promotion', 'c wave-promotion']);
    for (const closure of ['old', 'd-r1', 'old']) world.heartbeat('d', closure, [], { isComplete: false });
    world.tick();
    expect(world.deferred()).toEqual(['d wave-promotion']);
    world.tick();
    expect(world.effects).toEqual([]);
  });

  test('dispatches no host before dispatchFrom, not even heard ones, and all from then on', () => {
    const world = new World({}, { dispatchFrom: 1_000_100 });
    for (const host of ['a', 'b']) world.heartbeat(host, 'old');
    world.verify(manifest({ others: ['a', 'b'] }));
    world.now = 1_000_099;
    world.tick();
    expect([world.queued(), world.deferred()]).toEqual([[], []]);
    world.now = 1_000_100;
    world.tick();
    expect(world.queued()).toEqual(['a', 'b']);
  });

  test('a clock that was set back does not hold up dispatching, nor when it has nearly caught up', () => {
    const world = new World({}, { dispatchFrom: 90_000_000 });
    world.heartbeat('a', 'old');
    world.verify(manifest({ others: ['a'] }));
    expect(world.queued()).toEqual(['a']);
    world.now = 90_000_000 - 300_000;
    world.heartbeat('b', 'old');
    world.verify(manifest({ channel: 'edge', others: ['b'] }));
    expect(world.queued()).toEqual(['b']);
  });

  test.each([
    ['held up', 'ten intervals', 600_000, []],
    ['not held up', 'more than ten intervals', 600_001, ['a']],
  ])('is %s by a dispatchFrom that is %s ahead', (_held, _ahead, ahead, queued) => {
    const world = new World({}, { dispatchFrom: 90_000_000 });
    world.now = 90_000_000 - ahead;
    world.heartbeat('a', 'old');
    world.verify(manifest({ others: ['a'] }));
    expect(world.queued()).toEqual(queued);
  });

  test('keeps the other settings when it ignores a dispatchFrom', () => {
    const world = new World({}, { dispatchFrom: 90_000_000 });
    const { config } = world.state;
    world.tick();
    expect(world.state.config).toEqual({ ...config, dispatchFrom: world.now });
  });

  test('dispatches at any time, where no dispatchFrom is set', () => {
    const world = new World();
    world.now = -5;
    world.verify(manifest({ others: ['a'] }));
    expect(world.queued()).toEqual(['a']);
  });

  test('asks the rollout once to go on to the next wave, if it does not', () => {
    const world = new World({
      isWaveDone: () => true,
      stepRollout: (record) => ({ ok: true, record: { ...record, state: 'Active' }, effects: [] }),
    });
    world.verify(manifest({ waves: [['a'], ['b'], ['c']] }));
    expect(world.last('AdvanceWave')).toMatchObject([{ fromWave: 0, toWave: 1 }]);
  });
});

test('a poll is answered with the dispatch of the newest rollout that has one', () => {
  const world = new World();
  world.verify(manifest({ channel: 'edge', others: ['a'] }), manifest({ others: ['a'] }));
  expect(world.poll('a')?.rolloutId).toBe(ID);
  world.ack('a', ID);
  expect(world.poll('a')?.rolloutId).toBe('edge@r1');
  world.ack('a', 'edge@r1');
  expect([world.poll('a'), world.poll('nobody')]).toEqual([null, null]);
});

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
