import { deserialize, serialize } from 'node:v8';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { controlPlaneCore } from '../../src/control-plane/control-plane.ts';
import { outdated, type ControlPlaneSnapshot } from '../../src/control-plane/snapshot.ts';
import {
  fleetMemberOf,
  hostsOf,
  inFlightOf,
  quarantineOf,
  rolloutsOf,
  wavesOf,
} from '../../src/control-plane/reads.ts';
import { history, play } from './support/histories.ts';
import { manifest } from './support/manifests.ts';
import { snapshot, World } from './support/world.ts';

const core = controlPlaneCore();
const throughJson = (saved: ControlPlaneSnapshot): ControlPlaneSnapshot =>
  // JSON gives back what it was given, because a snapshot holds nothing that it cannot hold.
  JSON.parse(JSON.stringify(saved)) as ControlPlaneSnapshot;

/** Another world at the same point, restored from what was saved of the first. */
function restored(world: World, saved: ControlPlaneSnapshot): World {
  const other = new World();
  other.state = core.restore(saved);
  other.now = world.now;
  return other;
}

/** `a` reports the result of an enforced probe. */
function report(world: World, probeName: string, status: 'pass' | 'fail', rolloutId = 'stable@r1'): void {
  const result = { probeName, mode: 'enforce', status, failureReason: null, subResults: null } as const;
  world.send('a', rolloutId, { type: 'ProbeResult', observedAt: world.now, ...result });
}

describe('a snapshot', () => {
  test('restores a control plane that does the same at any further inputs', () => {
    const runs = process.env['NIGHTLY'] === '1' ? 2_000 : 60;
    fc.assert(
      fc.property(history, fc.nat(), (moves, cut) => {
        const at = cut % moves.length;
        const world = new World();
        for (const move of moves.slice(0, at)) play(world, move);
        const saved = core.snapshot(world.state);
        const other = restored(world, throughJson(saved));
        expect(core.snapshot(other.state)).toEqual(saved);
        for (const move of moves.slice(at)) {
          play(world, move);
          play(other, move);
          expect(other.effects).toEqual(world.effects);
        }
        expect(core.snapshot(other.state)).toEqual(core.snapshot(world.state));
        for (const { rolloutId } of rolloutsOf(world.state)) {
          expect(wavesOf(other.state, rolloutId)).toEqual(wavesOf(world.state, rolloutId));
        }
        for (const key of ['k1', 'k2', 'k3']) expect(inFlightOf(other.state, key)).toBe(inFlightOf(world.state, key));
      }),
      { numRuns: runs },
    );
  });

  test('says of each record whether a dispatch is outstanding, withdrawn, or neither', () => {
    const world = new World();
    const dispatches = () =>
      core.snapshot(world.state).rollouts[0]?.hosts.map(({ record, dispatch }) => `${record.hostname} ${dispatch}`);
    world.verify(manifest({ others: ['a', 'b', 'c'] }));
    expect(dispatches()).toEqual(['a outstanding', 'b outstanding', 'c outstanding']);
    world.ack('a', 'stable@r1');
    world.heartbeat('b', 'old', [snapshot('b', 'stable@r1', { lastEventSeq: 1 })]);
    world.verify(manifest({ ref: 'r2', others: ['a', 'b', 'c'] }));
    expect(dispatches()).toEqual(['a none', 'b none', 'c withdrawn']);
  });

  test('of a control plane that has seen nothing restores just that', () => {
    expect(core.restore(core.snapshot(core.start()))).toEqual(core.start());
  });

  test("of one host's history restores the very same state", () => {
    const world = new World();
    const release = (ref: string, target: string) =>
      world.verify(
        manifest({ ref, others: ['a'], targets: { a: target }, budgets: [{ key: 'k', hosts: ['a'], limit: 1 }] }),
      );
    const states = () => rolloutsOf(world.state).map(({ rolloutId, state }) => `${rolloutId} ${state}`);
    release('r1', 'bad');
    world.revert('a', 'stable@r1');
    release('r2', 'bad');
    release('r3', 'good');
    world.soak('a', 'stable@r3');
    report(world, 'p', 'fail', 'stable@r3');
    expect(states()).toEqual(['stable@r1 Superseded', 'stable@r2 Superseded', 'stable@r3 Converging']);
    expect(quarantineOf(world.state)).toEqual(new Map([['stable', new Set(['bad'])]]));
    expect(inFlightOf(world.state, 'k')).toBe(1);
    expect(core.restore(throughJson(core.snapshot(world.state)))).toEqual(world.state);
  });

  test('keeps the waves of a pruned rollout', () => {
    const world = new World();
    const release = (ref: string) => world.verify(manifest({ ref, waves: [['a'], ['b']] }));
    release('r1');
    world.converge('a', 'stable@r1');
    release('r2');
    world.handle({ type: 'RetentionExpired', rolloutId: 'stable@r1' });
    const other = restored(world, throughJson(core.snapshot(world.state)));
    expect(wavesOf(other.state, 'stable@r1')).toEqual([
      { hosts: 1, eligible: 1, through: 1, failures: 0 },
      { hosts: 1, eligible: 0, through: 0, failures: 0 },
    ]);
  });

  test('counts the hosts outside any rollout against their limit', () => {
    const world = new World({}, { maxUnknownHosts: 2 });
    world.verify(manifest({ others: ['a', 'b', 'c'] }));
    world.heartbeat('x', 'old');
    const other = restored(world, throughJson(core.snapshot(world.state)));
    for (const hostname of ['y', 'z']) other.heartbeat(hostname, 'old');
    expect(['x', 'y', 'z'].map((hostname) => fleetMemberOf(other.state, hostname)?.places)).toEqual([
      [],
      [],
      undefined,
    ]);
  });

  test('plans rollouts in order of id, not of opening', () => {
    const world = new World();
    const budgets = [{ key: 'k', hosts: ['a', 'b', 'c'], limit: 1 }];
    world.verify(manifest({ channel: 'stable', others: ['a', 'b'], budgets }));
    world.verify(manifest({ channel: 'edge', others: ['c'], budgets }));
    const other = restored(world, throughJson(core.snapshot(world.state)));
    other.converge('a', 'stable@r1');
    expect(other.queued()).toEqual(['c']);
  });

  test('keeps hosts that joined a held group since it was reported', () => {
    const world = new World();
    world.heartbeat('b', 'b-r1');
    world.verify(manifest({ waves: [['a'], ['b', 'c']] }));
    expect(world.deferred()).toEqual(['c wave-promotion']);
    world.heartbeat('b', 'old');
    const saved = core.snapshot(world.state);
    expect(saved.rollouts.map(({ newcomers }) => newcomers)).toEqual([[1]]);
    const other = restored(world, throughJson(saved));
    other.tick();
    expect(other.deferred()).toEqual(['b wave-promotion']);
  });

  test('keeps probes of any name, in their order', () => {
    const world = new World();
    world.verify(manifest({ others: ['a'] }));
    world.soak('a', 'stable@r1');
    const names = ['b', '__proto__', '10', 'constructor', ''];
    for (const probeName of names) report(world, probeName, 'fail');
    const other = restored(world, throughJson(core.snapshot(world.state)));
    expect(hostsOf(other.state, 'stable@r1')).toEqual(hostsOf(world.state, 'stable@r1'));
    const [record] = hostsOf(other.state, 'stable@r1');
    expect(new Set(Object.keys(record?.probes ?? {}))).toEqual(new Set(names));
    expect(Object.getPrototypeOf(record?.probes)).toBe(Object.prototype);
    const failures = () => wavesOf(other.state, 'stable@r1').map((wave) => wave.failures);
    expect(failures()).toEqual([names.length]);
    for (const probeName of names) report(other, probeName, 'pass');
    expect(failures()).toEqual([0]);
  });

  // v8.deserialize overflowed the stack at 2,000 hosts: the hosts to look after were a linked list.
  test('of thousands of hosts goes through v8.serialize, structuredClone and JSON', () => {
    const others = Array.from({ length: 4_000 }, (_, index) => `host-${String(index).padStart(5, '0')}`);
    const world = core.handle(core.start(), { type: 'ManifestsVerified', rollouts: [manifest({ others })] }, 1_000);
    const saved = core.snapshot(world.controlPlane);
    // Only `serialize` has made this.
    const copies = [deserialize(serialize(saved)) as ControlPlaneSnapshot, structuredClone(saved), throughJson(saved)];
    const tick = (from: ControlPlaneSnapshot) => core.handle(core.restore(from), { type: 'PlanTick' }, 500_000);
    const { effects } = core.handle(world.controlPlane, { type: 'PlanTick' }, 500_000);
    expect(effects).toHaveLength(others.length);
    for (const copy of copies) expect(tick(copy).effects).toEqual(effects);
  });

  test('of another version is refused', () => {
    const saved = core.snapshot(core.start());
    expect(() => core.restore({ ...saved, version: saved.version + 1 })).toThrow(
      new RangeError(
        'This snapshot has version 3, but this build only reads version 2. Start with an empty database instead: ' +
          "the manifests and the agents' heartbeats restore what matters.",
      ),
    );
  });

  test('that does not fit together is refused', () => {
    const world = new World();
    world.verify(manifest({ others: ['a'] }));
    const saved = core.snapshot(world.state);
    const rollouts = saved.rollouts.map((rollout) => ({ ...rollout, hosts: [] }));
    expect(() => core.restore({ ...saved, rollouts })).toThrow(
      new RangeError('The snapshot has 0 records for the 1 hosts of stable@r1.'),
    );
  });
});

describe('an outdated snapshot', () => {
  const ID = 'stable@r1';

  /** One host has begun, one has a dispatch, and one is busy with a rollout that is unknown here. */
  function saved(): World {
    const world = new World();
    world.heartbeat('a', 'old');
    world.heartbeat('c', 'old', [snapshot('c', 'stable@r0', {})]);
    world.verify(manifest({ others: ['a', 'b', 'c'], budgets: [{ key: 'k', hosts: ['a', 'b', 'c'], limit: 2 }] }));
    world.ack('a', ID);
    return world;
  }

  test('keeps what was decided, and forgets what was heard', () => {
    const world = saved();
    const before = core.snapshot(world.state);
    const now = world.now + 5_000_000;
    expect(before.hosts.find(({ hostname }) => hostname === 'c')?.busyWith).toEqual(['stable@r0']);
    const dispatches = ['none', 'withdrawn', 'none'];
    expect(outdated(before, now)).toEqual({
      ...before,
      config: { ...before.config, dispatchFrom: now + 90_000 },
      rollouts: before.rollouts.map((rollout) => ({
        ...rollout,
        hosts: rollout.hosts.map((host, at) => ({ ...host, dispatch: dispatches[at], wasBehind: true })),
      })),
      hosts: before.hosts.map((host) => ({ ...host, lastHeartbeatAt: null, runningClosure: null, busyWith: [] })),
      watch: [
        {
          dueAt: now + 180_000,
          hosts: expect.arrayContaining(['a', 'b', 'c'].map((hostname) => ({ hostname, since: now }))),
        },
      ],
    });
    expect(outdated(core.snapshot(core.start()), now).watch).toEqual([]);
  });

  test('believes the first heartbeat that knows more, and dispatches only to hosts that were heard', () => {
    const world = saved();
    const other = restored(world, throughJson(outdated(core.snapshot(world.state), world.now)));
    expect(other.poll('b')).toBeNull();
    other.now += 1;
    other.heartbeat('a', 'old', [snapshot('a', ID, { lastEventSeq: 3 })]);
    expect(other.host('a', ID).lastEventSeq).toBe(3);
    other.heartbeat('c', 'old');
    other.now += 89_998;
    other.tick();
    expect(other.queued()).toEqual([]);
    other.now += 1;
    other.tick();
    expect(other.queued()).toEqual(['c']);
    other.now += 90_000;
    other.tick();
    expect(other.last('HostUnreachable').map(({ host }) => host)).toEqual(['b']);
  });
});
