import { describe, expect, test } from 'vitest';
import { complianceWaveGate } from '../../src/control-plane/gates/compliance-wave.ts';
import { gateOf, inFlightOf, fleetMemberOf, wavesOf } from '../../src/control-plane/reads.ts';
import { valueAt } from '../../src/control-plane/vector.ts';
import { membersOf } from '../../src/control-plane/bits.ts';
import { manifest } from './support/manifests.ts';
import { snapshot, World } from './support/world.ts';

const [R1, R2] = ['stable@r1', 'stable@r2'];
const SILENCE = 200_000;
const budget = (key: string, ...hosts: readonly string[]) => ({ key, hosts, limit: 5 });
const missed = (world: World) => world.last('HostUnreachable').map(({ host }) => host);

describe('a host in several rollouts', () => {
  test('counts against the budgets of the one that it has started, and of those after it', () => {
    const world = new World();
    const counts = () => [inFlightOf(world.state, 'k1'), inFlightOf(world.state, 'k2')];
    world.verify(manifest({ others: ['a'], budgets: [budget('k1', 'a')] }));
    world.soak('a', R1);
    expect(counts()).toEqual([1, 0]);
    world.verify(manifest({ ref: 'r2', others: ['a'], budgets: [budget('k2', 'a'), budget('k1', 'z')] }));
    expect(world.queued()).toEqual(['a']);
    expect(counts()).toEqual([1, 1]);
    world.ack('a', R2);
    expect(counts()).toEqual([0, 1]);
    world.soak('a', R2);
    world.finish('a', R2);
    expect(counts()).toEqual([0, 0]);
  });

  test('counts once where both have the same budget', () => {
    const world = new World();
    world.verify(manifest({ others: ['a'], budgets: [budget('k1', 'a')] }));
    world.soak('a', R1);
    world.verify(manifest({ ref: 'r2', others: ['a'], budgets: [budget('k1', 'a')] }));
    expect(inFlightOf(world.state, 'k1')).toBe(1);
  });

  test('stays in the others when one is pruned', () => {
    const world = new World();
    world.verify(manifest({ others: ['a'] }));
    world.verify(manifest({ ref: 'r2', others: ['a'] }));
    world.handle({ type: 'RetentionExpired', rolloutId: R1 });
    expect(fleetMemberOf(world.state, 'a')?.places).toEqual([{ rollout: 1, position: 0 }]);
    world.handle({ type: 'RetentionExpired', rolloutId: R1 });
    expect(world.last('EmitLog')).toHaveLength(1);
  });

  test('is missed once', () => {
    const world = new World();
    world.verify(manifest({ others: ['a'] }));
    world.verify(manifest({ ref: 'r2', others: ['a'] }));
    world.now += SILENCE;
    world.tick();
    expect(missed(world)).toEqual(['a']);
  });

  test('is not reported again when it joins another rollout while silent, but is after a new heartbeat and silence', () => {
    const world = new World();
    world.verify(manifest({ others: ['a'] }));
    world.now += SILENCE;
    world.tick();
    expect(missed(world)).toEqual(['a']);
    world.verify(manifest({ ref: 'r2', others: ['a'] }));
    expect(fleetMemberOf(world.state, 'a')).toMatchObject({ isUnreachable: true, isWatched: false });
    world.now += SILENCE;
    world.tick();
    expect(missed(world)).toEqual([]);
    world.heartbeat('a', 'old');
    expect(world.last('HostReachable').map(({ host }) => host)).toEqual(['a']);
    world.now += SILENCE;
    world.tick();
    expect(missed(world)).toEqual(['a']);
  });
});

describe('a host that joins', () => {
  test('keeps what was heard of it', () => {
    const world = new World();
    world.heartbeat('a', 'x');
    const heard = world.now;
    world.now += 10;
    world.verify(manifest({ others: ['a', 'b'] }));
    expect(fleetMemberOf(world.state, 'a')).toMatchObject({
      runningClosure: 'x',
      lastHeartbeatAt: heard,
      isWatched: true,
    });
    expect(fleetMemberOf(world.state, 'b')).toMatchObject({
      runningClosure: null,
      isUnreachable: false,
      isWatched: true,
    });
    world.heartbeat('b', 'x');
    expect(world.last('HostReachable')).toEqual([]);
  });

  test('leaves room for an unknown host only if it was one', () => {
    const world = new World({}, { maxUnknownHosts: 1 });
    world.heartbeat('unknown', 'x');
    world.verify(manifest({ others: ['a'] }));
    world.verify(manifest({ ref: 'r2', others: ['a'] }));
    world.heartbeat('another', 'x');
    expect(fleetMemberOf(world.state, 'another')).toBeNull();
  });

  test('takes the room of an unknown host again when its last rollout lets it go', () => {
    const world = new World({}, { maxUnknownHosts: 1 });
    world.verify(manifest({ others: ['a'] }));
    world.converge('a', R1);
    world.handle({ type: 'RetentionExpired', rolloutId: R1 });
    world.heartbeat('another', 'x');
    expect(fleetMemberOf(world.state, 'another')).toBeNull();
    world.verify(manifest({ ref: 'r2', others: ['a'] }));
    world.heartbeat('another', 'x');
    expect(fleetMemberOf(world.state, 'another')).not.toBeNull();
  });
});

test('a host that one rollout lets go and another keeps is not unknown', () => {
  const world = new World({}, { maxUnknownHosts: 1 });
  world.verify(manifest({ others: ['a'] }));
  world.verify(manifest({ ref: 'r2', others: ['a'] }));
  world.handle({ type: 'RetentionExpired', rolloutId: R1 });
  world.heartbeat('unknown', 'x');
  expect(fleetMemberOf(world.state, 'unknown')).not.toBeNull();
});

test('a rollout starts and ends without work in progress', () => {
  const world = new World({}, { dispatchFrom: 9_000_000 });
  const first = () => valueAt(world.state.rollouts, 0);
  const newcomers = () => [...membersOf(first()?.newcomers ?? { layers: [] })];
  world.verify(manifest({ waves: [['a'], ['b']] }));
  expect(first()).toMatchObject({ holds: [null, null], converged: 0 });
  expect(newcomers()).toEqual([]);
  world.heartbeat('b', 'old');
  expect(newcomers()).toHaveLength(1);
  world.verify(manifest({ ref: 'r2', others: ['a'] }));
  world.handle({ type: 'RetentionExpired', rolloutId: R1 });
  expect(first()).toMatchObject({ holds: [], plan: { hosts: [], manifest: { hosts: [] } } });
  expect(newcomers()).toEqual([]);
});

describe('what is counted', () => {
  test('of a selector stays when others become known', () => {
    const world = new World();
    world.verify(manifest({ others: ['a'], budgets: [budget('k1', 'a')] }));
    world.verify(manifest({ channel: 'edge', others: ['e'], budgets: [budget('k1', 'x'), budget('k2', 'e')] }));
    expect([inFlightOf(world.state, 'k1'), inFlightOf(world.state, 'k2')]).toEqual([1, 1]);
  });

  test('of a wave follows its hosts, forwards and back', () => {
    const world = new World();
    world.verify(manifest({ waves: [['a', 'b'], ['c']] }));
    const wave = () => wavesOf(world.state, R1)[0];
    expect(wave()).toEqual({ hosts: 2, eligible: 0, through: 0, failures: 0 });
    world.defer('a', R1);
    expect(wave()).toEqual({ hosts: 2, eligible: 1, through: 1, failures: 0 });
    world.send('a', R1, { type: 'ActivationCompleted', observedCurrentClosure: 'x', exitCode: 0, completedAt: 1 });
    expect(wave()).toEqual({ hosts: 2, eligible: 0, through: 1, failures: 0 });
    world.send('a', R1, {
      type: 'ProbeResult',
      probeName: 'p',
      mode: 'enforce',
      status: 'fail',
      observedAt: 1,
      failureReason: 'no',
      subResults: null,
    });
    expect(wave()).toEqual({ hosts: 2, eligible: 0, through: 1, failures: 1 });
    expect(world.host('a', R1)).toMatchObject({ lastEventSeq: 4, probes: { p: { status: 'fail' } } });
    world.send('a', R1, {
      type: 'Failed',
      failedAt: 1,
      sustainedDurationSecs: 1,
      failingProbes: ['p'],
      policyApplied: 'halt',
    });
    expect(wave()).toEqual({ hosts: 2, eligible: 0, through: 0, failures: 1 });
    expect(gateOf(world.state, R1, 'c', [complianceWaveGate])).toMatchObject({ failures: 1 });
    expect(gateOf(world.state, R1, 'b', [complianceWaveGate])).toBeNull();
  });
});

test('a rollout is Terminal once all of its hosts are Converged at the same time', () => {
  const world = new World();
  world.heartbeat('a', 'a-r1');
  world.verify(manifest({ others: ['a', 'b'] }));
  world.heartbeat('a', 'a-r1');
  expect(world.stateOf('a', R1)).toBe('Converged');
  const stillActivates = snapshot('a', R1, { state: 'Activating', lastEventSeq: 9 });
  for (let time = 0; time < 2; time += 1) world.heartbeat('a', 'old', [stillActivates]);
  expect(world.stateOf('a', R1)).toBe('Activating');
  world.converge('b', R1);
  expect(world.rollout(R1).state).not.toBe('Terminal');
  world.converge('a', R1);
  expect(world.rollout(R1).state).toBe('Terminal');
});

describe('rollouts', () => {
  test('of a pass go in the order of their ids, whichever opened first', () => {
    const world = new World();
    const one = (key: string, ...hosts: readonly string[]) => ({ key, hosts, limit: 1 });
    world.verify(manifest({ others: ['s1', 's2'], budgets: [one('k', 's1', 's2')] }));
    world.verify(manifest({ channel: 'edge', others: ['e1'], budgets: [one('k', 'e1')] }));
    expect(world.queued()).toEqual([]);
    world.converge('s1', R1);
    expect(world.queued()).toEqual(['e1']);
  });

  test('that were pruned are not superseded', () => {
    const world = new World();
    world.verify(manifest({ others: ['a'] }));
    world.converge('a', R1);
    world.handle({ type: 'RetentionExpired', rolloutId: R1 });
    world.verify(manifest({ ref: 'r2', others: ['a'] }));
    expect([world.last('EmitLog'), world.rollout(R1).state]).toEqual([[], 'Pruned']);
  });
});

describe('a closure that is rolled back', () => {
  /** `a` fails in r1; r2 asks for the same closures, and is on its way with `b` and `c` while `d` waits. */
  function world(): World {
    const made = new World();
    const targets = { a: 'same', b: 'same', c: 'same', d: 'same', e: 'same', f: 'same' };
    // It runs the closure already, and does not ask for anything.
    made.heartbeat('f', 'same', [], { isComplete: false });
    made.verify(manifest({ others: ['a'], targets }));
    made.fail('a', R1);
    made.verify(
      manifest({ ref: 'r2', waves: [['a0', 'b', 'c', 'f'], ['d']], targets }),
      manifest({ channel: 'edge', others: ['e'], targets }),
    );
    made.ack('b', R2);
    made.send('a', R1, { type: 'RollbackComplete', revertedToClosure: 'old', exitCode: 0, completedAt: 1 });
    return made;
  }

  test('is withdrawn where offered, held where waiting, and unaffected where running or on other channels', () => {
    const made = world();
    expect(made.last('WithdrawDispatch').map(({ host, because }) => [host, because])).toEqual([['c', 'quarantined']]);
    expect(made.deferred()).toEqual(['c quarantine', 'd quarantine']);
    expect(made.stateOf('b', R2)).toBe('Activating');
    expect(['c', 'd', 'e'].map((host) => made.poll(host)?.targetClosure ?? null)).toEqual([null, null, 'same']);
  });

  test('is reported once, and held from the start if a rollout opens with it', () => {
    const made = world();
    made.tick();
    expect(made.effects).toEqual([]);
    made.verify(manifest({ ref: 'r3', waves: [['y'], ['x', 'z']], targets: { x: 'same' } }));
    expect([made.queued(), made.deferred()]).toEqual([['y'], ['x quarantine', 'z wave-promotion']]);
    made.converge('y', 'stable@r3');
    expect(made.queued()).toEqual(['z']);
  });
});
