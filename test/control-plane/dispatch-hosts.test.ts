import { describe, expect, test } from 'vitest';
import { gateOf, inFlightOf, isOutstanding } from '../../src/control-plane/reads.ts';
import { manifest } from './support/manifests.ts';
import { World } from './support/world.ts';

const ID = 'stable@r1';
const MINUTE = 60_000;

describe('dispatching', () => {
  test('the soak is fixed when the dispatch is queued, not when the rollout opens', () => {
    const world = new World();
    world.verify(manifest({ waves: [['a'], ['b']], soakMinutes: 7 }));
    expect(world.host('b', ID).soakDueAt).toBeNull();
    world.now += 1_000;
    world.converge('a', ID);
    const soakDueAt = world.now + 7 * MINUTE;
    expect(world.host('b', ID)).toMatchObject({ state: 'Pending', dispatchedAt: world.now, soakDueAt });
    expect(world.last('RemoteQueueDispatch')).toEqual([
      { type: 'RemoteQueueDispatch', host: 'b', rolloutId: ID, targetClosure: 'b-r1', soakDueAt },
    ]);
  });

  test('a poll gets the dispatch again and again until the acknowledgement arrives', () => {
    const world = new World();
    world.verify(manifest({ others: ['a'] }));
    const dispatch = {
      rolloutId: ID,
      targetClosure: 'a-r1',
      soakDueAt: world.now + 10 * MINUTE,
      dispatchedAt: world.now,
    };
    expect([world.poll('a'), world.poll('a')]).toEqual([dispatch, dispatch]);
    world.tick();
    expect(world.queued()).toEqual([]);
    world.ack('a', ID);
    expect(world.poll('a')).toBeNull();
    expect(world.poll('nobody')).toBeNull();
  });

  test('a poll changes nothing', () => {
    const world = new World();
    world.verify(manifest({ others: ['a'] }));
    const before = world.state;
    world.poll('a');
    expect(world.state).toBe(before);
    expect(world.effects).toEqual([]);
  });

  test('what holds a host is reported once, and again only when it changes', () => {
    const world = new World();
    world.verify(
      manifest({
        waves: [
          ['a', 'b'],
          ['c', 'd'],
        ],
        budgets: [{ key: 'k', hosts: ['a', 'b', 'c', 'd'], limit: 1 }],
      }),
    );
    expect(world.deferred()).toEqual(['b disruption-budget', 'c wave-promotion', 'd wave-promotion']);
    world.tick();
    expect(world.deferred()).toEqual([]);
    world.converge('a', ID);
    expect([world.queued(), world.deferred()]).toEqual([['b'], []]);
    world.converge('b', ID);
    expect([world.queued(), world.deferred()]).toEqual([['c'], ['d disruption-budget']]);
    expect(world.last('DeferDispatch')[0]).toMatchObject({ at: world.now, rolloutId: ID });
  });

  test('each reason names its own host', () => {
    const world = new World();
    world.verify(manifest({ waves: [[], ['c', 'd']].reverse() }));
    const other = new World();
    other.verify(manifest({ waves: [['a'], ['c', 'd']] }));
    expect(other.last('DeferDispatch').map(({ reason }) => reason.split(' ')[0])).toEqual(['c', 'd']);
  });

  test('a host whose last heartbeat says that it runs the target is not dispatched, until one says otherwise', () => {
    const world = new World();
    world.heartbeat('a', 'a-r1');
    world.verify(manifest({ others: ['a', 'b'] }));
    expect(world.queued()).toEqual(['b']);
    expect(gateOf(world.state, ID, 'a')).toBeNull();
    world.heartbeat('a', 'something-else');
    world.tick();
    expect(world.queued()).toEqual(['a']);
  });

  test('a host that rejoins a waiting group is reported, alone', () => {
    const world = new World();
    world.heartbeat('b', 'b-r1');
    world.verify(manifest({ others: ['a', 'b', 'c'], budgets: [{ key: 'k', hosts: ['a', 'b', 'c'], limit: 1 }] }));
    expect(world.deferred()).toEqual(['c disruption-budget']);
    world.heartbeat('b', 'old');
    world.tick();
    expect(world.deferred()).toEqual(['b disruption-budget']);
    world.tick();
    expect(world.deferred()).toEqual([]);
  });

  test('host edges: the gated host waits for the gating one, in this rollout', () => {
    const world = new World();
    world.verify(manifest({ others: ['app', 'db'], edges: [['app', 'db']] }));
    expect([world.queued(), world.deferred()]).toEqual([['db'], ['app host-edge']]);
    world.defer('db', ID);
    expect(world.queued()).toEqual(['app']);
  });

  test('a changed cause of the same gate is reported again', () => {
    const world = new World();
    world.verify(
      manifest({
        others: ['app', 'db', 'kv'],
        edges: [
          ['app', 'db'],
          ['app', 'kv'],
        ],
      }),
    );
    world.converge('db', ID);
    expect(world.last('DeferDispatch').map(({ reason }) => reason)).toEqual([expect.stringContaining('waits for kv')]);
  });

  test('channel edges: judged by the ref that the gating channel is on now', () => {
    const world = new World();
    world.verify(
      manifest({ channel: 'edge', others: ['e'] }),
      manifest({ others: ['s', 't'], gatedBy: ['edge'], budgets: [{ key: 'k', hosts: ['s', 't'], limit: 1 }] }),
    );
    expect(world.queued()).toEqual(['e']);
    world.converge('e', 'edge@r1');
    expect(world.queued()).toEqual(['s']);
    world.verify(manifest({ channel: 'edge', ref: 'r2', others: ['e'] }));
    world.converge('s', ID);
    expect(world.queued()).toEqual([]);
    expect(gateOf(world.state, ID, 't')?.gate).toBe('channel-edges');
  });

  test('channel edges are strict: a Deferred host of the gating channel holds', () => {
    const world = new World();
    world.verify(manifest({ channel: 'edge', others: ['e'] }), manifest({ others: ['s'], gatedBy: ['edge'] }));
    world.defer('e', 'edge@r1');
    expect(world.queued()).toEqual([]);
  });

  test('nothing is dispatched before dispatchFrom; waves and heartbeats continue', () => {
    const world = new World({}, { dispatchFrom: 2_000_000 });
    world.verify(manifest({ waves: [[], ['a']] }));
    expect([world.queued(), world.rollout(ID).currentWave]).toEqual([[], 1]);
    world.heartbeat('a', 'old');
    expect(world.queued()).toEqual([]);
    world.now = 2_000_000;
    world.tick();
    expect(world.queued()).toEqual(['a']);
  });
});

describe('disruption budgets', () => {
  const both = { key: 'all', hosts: ['a', 'b', 'c'], limit: 2 };

  test('dispatches of one pass accumulate', () => {
    const world = new World();
    world.verify(manifest({ others: ['a', 'b', 'c'], budgets: [both] }));
    expect(world.queued()).toEqual(['a', 'b']);
    expect(inFlightOf(world.state, 'all')).toBe(2);
  });

  test('an outstanding dispatch, Activating and Soaking count; Pending, Deferred and Converged do not', () => {
    const world = new World();
    world.verify(manifest({ others: ['a', 'b', 'c'], budgets: [{ ...both, limit: 1 }] }));
    expect(inFlightOf(world.state, 'all')).toBe(1);
    world.soak('a', ID);
    expect([inFlightOf(world.state, 'all'), world.queued()]).toEqual([1, []]);
    world.finish('a', ID);
    expect([inFlightOf(world.state, 'all'), world.queued()]).toEqual([1, ['b']]);
    world.defer('b', ID);
    expect(world.queued()).toEqual(['c']);
  });

  test('they are shared by selector between rollouts of several channels', () => {
    const world = new World();
    const budgets = [{ key: 'all', hosts: ['e', 's'], limit: 1 }];
    world.verify(manifest({ channel: 'edge', others: ['e'], budgets }), manifest({ others: ['s'], budgets }));
    expect(world.queued()).toEqual(['e']);
    world.converge('e', 'edge@r1');
    expect(world.queued()).toEqual(['s']);
  });

  test('hosts in flight in a superseded rollout still count, and a host counts once', () => {
    const world = new World();
    const sketch = { others: ['a', 'b', 'c'], budgets: [both] };
    world.verify(manifest(sketch));
    world.soak('a', ID);
    world.verify(manifest({ ...sketch, ref: 'r2' }));
    expect([world.queued(), world.deferred()]).toEqual([['a', 'b'], ['c disruption-budget']]);
    expect(inFlightOf(world.state, 'all')).toBe(2);
  });

  test('a host that has started a newer rollout has left the older one, whose record stays as it was', () => {
    const world = new World();
    const sketch = { others: ['a', 'b', 'c'], budgets: [both] };
    world.verify(manifest(sketch));
    world.soak('a', ID);
    world.verify(manifest({ ...sketch, ref: 'r2' }));
    world.converge('a', 'stable@r2');
    expect(world.host('a', ID).state).toBe('Soaking');
    expect(world.poll('b')?.rolloutId).toBe('stable@r2');
    expect(inFlightOf(world.state, 'all')).toBe(2);
  });

  test('they are frozen when the rollout opens', () => {
    const world = new World();
    world.verify(manifest({ others: ['a', 'b', 'c'], budgets: [{ ...both, limit: 1 }] }));
    world.verify(manifest({ others: ['a', 'b', 'c'], budgets: [] }));
    expect(world.queued()).toEqual([]);
  });

  test('a budget without a limit holds nothing, but its hosts count where another rollout sets one', () => {
    const world = new World();
    const hosts = ['e', 's'];
    world.verify(
      manifest({ channel: 'edge', others: ['e'], budgets: [{ key: 'k', hosts, limit: null }] }),
      manifest({ others: ['s'], budgets: [{ key: 'k', hosts, limit: 1 }] }),
    );
    expect(world.queued()).toEqual(['e']);
    expect(gateOf(world.state, ID, 's')?.gate).toBe('disruption-budget');
  });
});

describe('halting', () => {
  test('no dispatch of a rollout after it failed: what was queued is withdrawn', () => {
    const world = new World();
    world.verify(manifest({ others: ['a', 'b', 'c'], budgets: [{ key: 'k', hosts: ['a', 'b', 'c'], limit: 2 }] }));
    world.fail('a', ID);
    expect(world.rollout(ID).state).toBe('Failed');
    expect(world.last('WithdrawDispatch')).toMatchObject([{ host: 'b', because: 'rollout-halted' }]);
    expect([world.poll('b'), isOutstanding(world.state, ID, 'b'), inFlightOf(world.state, 'k')]).toEqual([
      null,
      false,
      0,
    ]);
    world.tick();
    expect(world.queued()).toEqual([]);
  });

  test('an acknowledgement of a dispatch that was withdrawn is accepted: the host has begun', () => {
    const world = new World();
    world.verify(manifest({ others: ['a', 'b'] }));
    world.fail('a', ID);
    expect(world.ack('b', ID)).toMatchObject({ outcome: 'accepted' });
    expect(world.host('b', ID).state).toBe('Activating');
  });

  test('a superseded rollout no longer answers polls; the newest one does', () => {
    const world = new World();
    world.verify(manifest({ others: ['a'] }));
    world.verify(manifest({ ref: 'r2', others: ['a'] }));
    expect(world.last('WithdrawDispatch')).toMatchObject([{ rolloutId: ID, because: 'rollout-superseded' }]);
    expect(world.poll('a')?.rolloutId).toBe('stable@r2');
  });

  test('a rollback quarantines the target, and a successor with the same closure stops offering it at once', () => {
    const world = new World();
    const targets = { a: 'bad', b: 'bad', c: 'fine' };
    world.verify(manifest({ others: ['a', 'b', 'c'], targets }));
    world.fail('a', ID);
    world.verify(manifest({ ref: 'r2', others: ['a', 'b', 'c'], targets }));
    expect(world.queued()).toEqual(['a', 'b', 'c']);
    world.send('a', ID, { type: 'RollbackComplete', revertedToClosure: 'old', exitCode: 0, completedAt: world.now });
    expect(world.last('WithdrawDispatch').map(({ host, because }) => [host, because])).toEqual([
      ['a', 'quarantined'],
      ['b', 'quarantined'],
    ]);
    expect(world.deferred()).toEqual(['a quarantine', 'b quarantine']);
    expect([world.poll('a'), world.poll('b'), world.poll('c')?.targetClosure]).toEqual([null, null, 'fine']);
    world.tick();
    expect([world.queued(), world.deferred()]).toEqual([[], []]);
    world.verify(manifest({ ref: 'r3', others: ['a', 'b', 'c'], targets }));
    expect([world.queued(), world.deferred()]).toEqual([['c'], ['a quarantine', 'b quarantine']]);
  });

  test('a quarantine applies to one channel', () => {
    const world = new World();
    world.verify(manifest({ others: ['a'], targets: { a: 'bad' } }));
    world.revert('a', ID);
    world.verify(manifest({ channel: 'edge', others: ['e'], targets: { e: 'bad' } }));
    expect(world.queued()).toEqual(['e']);
  });
});

test('a host that rejoined its group and left again before the pass is not reported as waiting', () => {
  const left = new World();
  const stayed = new World();
  for (const world of [left, stayed]) {
    world.verify(manifest({ waves: [['a'], ['b', 'c']] }));
    expect(world.last('DeferDispatch').map(({ host }) => host)).toEqual(['b', 'c']);
    world.heartbeat('b', 'b-r1', [], { isComplete: false });
    world.heartbeat('b', 'old');
  }
  left.heartbeat('b', 'b-r1', [], { isComplete: false });
  for (const world of [left, stayed]) world.tick();
  expect(left.last('DeferDispatch')).toEqual([]);
  expect(stayed.last('DeferDispatch').map(({ host }) => host)).toEqual(['b']);
});
