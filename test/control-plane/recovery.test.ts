import { describe, expect, test } from 'vitest';
import { hostsOf, quarantineOf, rolloutsOf } from '../../src/control-plane/reads.ts';
import { snapshotOf } from '../../src/wire/index.ts';
import { manifest } from './support/manifests.ts';
import { World } from './support/world.ts';

const ID = 'stable@r1';
const release = manifest({ waves: [['a', 'b', 'c'], ['d', 'e'], ['f']] });

/** What the agents say of themselves, told to a control plane that starts with nothing. */
function recovered(known: World): World {
  const fresh = new World();
  fresh.now = known.now + 60_000;
  fresh.verify(release);
  for (const { hostname, state, currentClosure } of hostsOf(known.state, ID)) {
    const record = known.host(hostname, ID);
    fresh.heartbeat(hostname, currentClosure ?? 'old', state === 'Pending' ? [] : [snapshotOf(record)]);
  }
  fresh.tick();
  return fresh;
}

describe('recovery from nothing', () => {
  test('a host that was not heard since is not dispatched: it may be working on an earlier dispatch with another soak', () => {
    const fresh = new World({}, { dispatchFrom: 2_000_000 });
    fresh.verify(release);
    fresh.heartbeat('b', 'old');
    fresh.now = 2_000_000;
    fresh.tick();
    expect(fresh.queued()).toEqual(['b']);
    fresh.now += 15_000;
    fresh.heartbeat('a', 'old');
    fresh.tick();
    expect(fresh.queued()).toEqual(['a']);
  });

  test('a first heartbeat without a closure counts as heard', () => {
    const fresh = new World({}, { dispatchFrom: 2_000_000 });
    fresh.verify(release);
    fresh.heartbeat('a', null);
    fresh.heartbeat('b', 'old');
    fresh.now = 2_000_000;
    fresh.tick();
    expect(fresh.queued()).toEqual(['a', 'b']);
  });

  test('every host, the current wave and the dispatches are restored from heartbeats alone', () => {
    const known = new World();
    known.verify(release);
    for (const host of ['a', 'b']) known.converge(host, ID);
    known.defer('c', ID);
    known.soak('d', ID);
    const fresh = recovered(known);
    expect(fresh.states(ID)).toEqual(known.states(ID));
    expect(fresh.rollout(ID)).toMatchObject({ state: 'Active', currentWave: 1 });
    expect(fresh.poll('e')?.targetClosure).toBe('e-r1');
    expect(fresh.poll('f')).toBeNull();
  });

  test('quarantines of reverted hosts are restored', () => {
    const known = new World();
    known.verify(release);
    known.revert('b', ID);
    const fresh = recovered(known);
    expect(fresh.states(ID)).toEqual(known.states(ID));
    expect(quarantineOf(fresh.state)).toEqual(quarantineOf(known.state));
    expect(fresh.rollout(ID).state).toBe('Reverted');
    expect(fresh.queued()).toEqual([]);
  });

  test('a finished rollout is recognized, even from older agents that send no snapshots', () => {
    const fresh = new World({}, { dispatchFrom: 2_000_000 });
    fresh.verify(release);
    for (const { hostname, targetClosure } of release.hosts) fresh.heartbeat(hostname, targetClosure);
    expect(fresh.rollout(ID).state).toBe('Terminal');
  });

  test('earlier rollouts are gone', () => {
    const known = new World();
    known.verify(manifest({ ref: 'r0', others: ['a'] }));
    known.verify(release);
    expect(rolloutsOf(recovered(known).state).map(({ rolloutId }) => rolloutId)).toEqual([ID]);
  });
});
