import { describe, expect, test } from 'vitest';
import { fleetMemberOf, hostsOf, quarantineOf, rolloutsOf, synthesizedSeq } from '../../src/control-plane/reads.ts';
import type { HostState } from '../../src/machine/record.ts';
import { encodeHeartbeatAnswer, snapshotOf } from '../../src/wire/index.ts';
import { manifest } from './support/manifests.ts';
import { snapshot, World } from './support/world.ts';

const ID = 'stable@r1';

function world(): World {
  const made = new World();
  made.verify(manifest({ others: ['a', 'b'], budgets: [{ key: 'k', hosts: ['a', 'b'], limit: 1 }] }));
  return made;
}

describe('synthesis', () => {
  test('Activating on the target: the activation completed', () => {
    const made = world();
    made.ack('a', ID);
    made.heartbeat('a', 'a-r1');
    expect(made.host('a', ID)).toMatchObject({ state: 'Soaking', lastEventSeq: 2, activationCompletedAt: made.now });
    expect(made.last('SynthesizeEvent')).toMatchObject([
      { host: 'a', event: 'RemoteActivationCompleted', payload: { type: 'ActivationCompleted', seq: 2 } },
    ]);
    expect(made.last('RemoteAppendEventLog')).toEqual([]);
    expect(synthesizedSeq(made.state, ID, 'a')).toBe(2);
  });

  test('Deferred on the target: the operator rebooted', () => {
    const made = world();
    made.defer('a', ID);
    made.heartbeat('a', 'a-r1');
    expect(made.host('a', ID)).toMatchObject({ state: 'Soaking', lastEventSeq: 3 });
  });

  test.each(['Activating', 'Deferred'] as const)(
    'the number is after that of an event still on its way: %s',
    (state) => {
      const made = world();
      made.ack('a', ID);
      made.heartbeat('a', 'a-r1', [snapshot('a', ID, { state, lastEventSeq: 7 })]);
      expect(made.host('a', ID)).toMatchObject({ state: 'Soaking', lastEventSeq: 8 });
      const late = made.post('a', ID, {
        type: 'ActivationDeferred',
        component: 'kernel',
        deferredAt: made.now,
        seq: 7,
      });
      expect(late).toEqual({ status: 204, outcome: 'late', refusal: null });
      expect(made.last('AppendUnappliedEvent')).toMatchObject([{ because: 'late', payload: { seq: 7 } }]);
    },
  );

  // A failed host was mirrored as Soaking for ever: the synthesized event took the number of the real ActivationFailed.
  test.each<HostState>(['Soaking', 'Converged', 'Failed', 'Reverted'])(
    'an agent that is past its activation will report it, and nothing is made up: %s',
    (state) => {
      const made = world();
      made.ack('a', ID);
      made.heartbeat('a', 'a-r1', [snapshot('a', ID, { state, lastEventSeq: 2 })], { undelivered: [ID] });
      expect(made.host('a', ID)).toMatchObject({ state: 'Activating', lastEventSeq: 1 });
      made.post('a', ID, { type: 'ActivationFailed', exitCode: 1, stderrTail: '', failedAt: made.now, seq: 2 });
      expect(made.host('a', ID)).toMatchObject({ state: 'Failed', lastEventSeq: 2 });
    },
  );

  test('an agent that has just booted sends no record, and what its outbox holds is waited for', () => {
    const made = world();
    made.ack('a', ID);
    made.heartbeat('a', 'a-r1', [], { undelivered: [ID] });
    expect(made.host('a', ID).state).toBe('Activating');
    made.heartbeat('a', 'a-r1', [], { undelivered: ['stable@r0'] });
    expect(made.host('a', ID).state).toBe('Soaking');
  });

  test('the last number is used up: nothing is synthesized that no answer could carry', () => {
    const made = world();
    const seq = Number.MAX_SAFE_INTEGER;
    made.post('a', ID, { type: 'DispatchAck', currentClosureAtDispatch: 'old', receivedAt: made.now, seq });
    const answer = made.heartbeat('a', 'a-r1');
    expect(made.host('a', ID)).toMatchObject({ state: 'Activating', lastEventSeq: seq });
    expect(() => encodeHeartbeatAnswer(answer)).not.toThrow();
  });

  test('another closure, or none named, synthesizes nothing', () => {
    const made = world();
    made.ack('a', ID);
    made.heartbeat('a', 'old');
    made.heartbeat('a', null);
    expect(made.host('a', ID).state).toBe('Activating');
  });

  test('Pending on the target, not dispatched, no snapshot: the whole chain, and the rollout may be over', () => {
    const made = new World();
    made.heartbeat('a', 'a-r1');
    made.verify(manifest({ others: ['a'] }));
    expect(made.queued()).toEqual([]);
    made.now += 5;
    made.heartbeat('a', 'a-r1');
    expect(made.host('a', ID)).toMatchObject({
      state: 'Converged',
      lastEventSeq: 3,
      convergedAt: made.now,
      currentClosure: 'a-r1',
      currentClosureAtDispatch: 'a-r1',
    });
    expect(made.last('SynthesizeEvent').map(({ event }) => event)).toEqual([
      'RemoteDispatchAck',
      'RemoteActivationCompleted',
      'RemoteConverged',
    ]);
    expect(made.rollout(ID).state).toBe('Terminal');
  });

  test('Pending with an outstanding dispatch waits for the agent', () => {
    const made = world();
    made.heartbeat('a', 'a-r1');
    expect(made.host('a', ID).state).toBe('Pending');
    expect(made.poll('a')).not.toBeNull();
  });

  test('Pending while the agent has a record of its own waits for the agent', () => {
    const made = world();
    made.heartbeat('b', 'b-r1', [snapshot('b', ID, { state: 'Activating', targetClosure: 'other', lastEventSeq: 4 })]);
    expect(made.host('b', ID).state).toBe('Pending');
    made.heartbeat('b', 'b-r1', [snapshot('b', ID, { state: 'Activating', targetClosure: 'other', lastEventSeq: 0 })]);
    expect(made.host('b', ID).state).toBe('Pending');
    made.heartbeat('b', 'b-r1', [snapshot('b', ID, { state: 'Pending', lastEventSeq: 3 })]);
    expect(made.host('b', ID).state).toBe('Pending');
  });

  test('a Pending record that the agent echoes is not its own', () => {
    const made = world();
    made.heartbeat('b', 'b-r1', [snapshot('b', ID, { state: 'Pending', lastEventSeq: 0 })]);
    expect(made.host('b', ID).state).toBe('Converged');
  });

  test('Pending while a snapshot could not be read: its absence proves nothing', () => {
    const made = world();
    made.heartbeat('b', 'b-r1', [], { isComplete: false });
    expect(made.host('b', ID).state).toBe('Pending');
    made.heartbeat('b', 'b-r1');
    expect(made.host('b', ID).state).toBe('Converged');
  });

  test('convergence of a withdrawn dispatch is not before its soak is due', () => {
    const made = new World();
    made.verify(manifest({ others: ['a', 'b'] }));
    made.fail('b', ID);
    expect(made.last('WithdrawDispatch')).toMatchObject([{ host: 'a', because: 'rollout-halted' }]);
    const { soakDueAt } = made.host('a', ID);
    made.heartbeat('a', 'a-r1');
    expect(soakDueAt).toBeGreaterThan(made.now);
    expect(made.host('a', ID)).toMatchObject({ state: 'Converged', convergedAt: soakDueAt });
  });

  test.each<HostState>(['Soaking', 'Failed', 'Reverted', 'Converged'])('%s is left as it is', (state) => {
    const made = world();
    if (state === 'Soaking') made.soak('a', ID);
    else if (state === 'Failed') made.fail('a', ID);
    else if (state === 'Reverted') made.revert('a', ID);
    else made.converge('a', ID);
    const before = made.host('a', ID);
    made.heartbeat('a', 'a-r1');
    expect(made.host('a', ID)).toBe(before);
  });

  test('only of a host that names its closure and is not past its activation', () => {
    const asked: HostState[] = [];
    const made = new World({
      synthesize: ({ state }) => {
        asked.push(state);
        return [];
      },
    });
    const others = ['pending', 'activating', 'deferred', 'soaking', 'converged', 'failed', 'reverted'];
    made.verify(manifest({ others }));
    made.ack('activating', ID);
    made.defer('deferred', ID);
    made.soak('soaking', ID);
    made.converge('converged', ID);
    made.fail('failed', ID);
    made.revert('reverted', ID);
    for (const host of others) {
      made.heartbeat(host, 'old');
      made.heartbeat(host, null);
    }
    expect(asked).toEqual(['Pending', 'Activating', 'Deferred']);
  });

  test('a synthesis that the machine refuses is logged and stops there', () => {
    const made = new World({
      synthesize: ({ lastEventSeq }) => [
        { type: 'RemoteConverged', convergedAt: 1, currentClosure: 'x', seq: lastEventSeq + 1 },
      ],
    });
    made.verify(manifest({ others: ['a'] }));
    made.heartbeat('a', 'a-r1');
    expect(made.last('EmitLog')).toMatchObject([{ level: 'error' }]);
  });
});

describe('the answer', () => {
  test('snapshots of the open records, after synthesis', () => {
    const made = world();
    made.converge('a', ID);
    made.verify(manifest({ ref: 'r2', others: ['a', 'b'] }));
    made.ack('a', 'stable@r2');
    const { bootstrapRollouts } = made.heartbeat('a', 'a-r2');
    expect(bootstrapRollouts.map(({ rolloutId, state }) => [rolloutId, state])).toEqual([['stable@r2', 'Soaking']]);
  });

  test('nothing of a rollout that the host has left (regression: an agent without its disk took it up again)', () => {
    const made = world();
    made.ack('a', ID);
    made.verify(manifest({ ref: 'r2', others: ['a', 'b'] }));
    const states = (): readonly unknown[] =>
      made.heartbeat('a', 'old').bootstrapRollouts.map(({ rolloutId, state }) => [rolloutId, state]);
    expect(states()).toEqual([
      [ID, 'Activating'],
      ['stable@r2', 'Pending'],
    ]);
    made.ack('a', 'stable@r2');
    expect(states()).toEqual([['stable@r2', 'Activating']]);
    made.soak('a', 'stable@r2');
    made.finish('a', 'stable@r2');
    expect(states()).toEqual([]);
  });

  test('a record that was acknowledged and never dispatched here has a whole soak from now', () => {
    const fresh = new World({}, { dispatchFrom: 2_000_000 });
    fresh.verify(manifest({ others: ['a', 'b'] }));
    fresh.soak('a', ID);
    expect(fresh.host('a', ID).soakDueAt).toBeNull();
    const [answered] = fresh.heartbeat('a', 'a-r1').bootstrapRollouts;
    expect(answered).toMatchObject({ state: 'Soaking', soakDueAt: fresh.now + 600_000 });
    // An agent with its disk knows an earlier end, and is believed.
    fresh.finish('a', ID);
    expect(fresh.host('a', ID).state).toBe('Converged');
  });

  test('the soak of a record is that of its dispatch, or none before there is one', () => {
    const made = world();
    made.ack('a', ID);
    const { soakDueAt } = made.host('a', ID);
    expect(soakDueAt).not.toBeNull();
    made.now += 5_000;
    expect(made.heartbeat('a', 'old').bootstrapRollouts).toMatchObject([{ state: 'Activating', soakDueAt }]);
    expect(made.heartbeat('b', 'old').bootstrapRollouts).toMatchObject([{ state: 'Pending', soakDueAt: null }]);
  });

  test('Replay-From when the record does not know the closure that runs', () => {
    const made = world();
    made.soak('a', ID);
    expect(made.heartbeat('a', 'a-r1').replayFrom).toBeNull();
    expect(made.heartbeat('a', 'else').replayFrom).toBe(2);
    expect(made.heartbeat('a', null).replayFrom).toBeNull();
    expect(made.heartbeat('b', 'old').replayFrom).toBe(0);
  });

  test('Replay-From is of the rollout that the heartbeat names, or else of the newest', () => {
    const made = world();
    made.soak('a', ID);
    made.verify(manifest({ ref: 'r2', others: ['a', 'b'] }));
    expect(made.heartbeat('a', 'a-r1', [], { rolloutId: ID }).replayFrom).toBeNull();
    expect(made.heartbeat('a', 'a-r1').replayFrom).toBe(0);
    expect(made.heartbeat('a', 'a-r1', [], { rolloutId: 'stable@unknown' }).replayFrom).toBe(0);
  });

  test('a host of no rollout gets an empty one, and is remembered', () => {
    const made = world();
    expect(made.heartbeat('z', 'x')).toEqual({ replayFrom: null, bootstrapRollouts: [] });
    expect(fleetMemberOf(made.state, 'z')).toMatchObject({ runningClosure: 'x', places: [] });
  });

  test('unknown hosts are remembered up to a limit', () => {
    const made = new World({}, { maxUnknownHosts: 2 });
    for (const name of ['x', 'y', 'z', 'x']) made.heartbeat(name, 'c');
    expect(['x', 'y', 'z'].map((name) => fleetMemberOf(made.state, name) !== null)).toEqual([true, true, false]);
    made.verify(manifest({ others: ['x'] }));
    made.heartbeat('z', 'c');
    expect(fleetMemberOf(made.state, 'z')).not.toBeNull();
  });
});

describe('the work of a host that its records do not show', () => {
  const busyWith = ({ state }: World) => fleetMemberOf(state, 'a')?.busyWith;

  test.each<[HostState, boolean]>([
    ['Pending', false],
    ['Activating', true],
    ['Deferred', true],
    ['Soaking', true],
    ['Failed', true],
    ['Converged', false],
    ['Reverted', false],
  ])('its own rollouts that may change what it runs: %s', (state, isWork) => {
    const made = world();
    made.heartbeat('a', 'old', [snapshot('a', 'stable@r0', { state }), snapshot('b', 'stable@r9', { state })]);
    expect(busyWith(made)).toEqual(isWork ? ['stable@r0'] : []);
  });

  test('a record shows it once it has left Pending, unless the heartbeat was sent before its last event', () => {
    const made = world();
    made.ack('a', ID);
    made.verify(manifest({ ref: 'r2', others: ['a', 'b'] }));
    made.heartbeat('a', 'old', [snapshot('a', ID, { lastEventSeq: 1 })], { undelivered: [ID, 'stable@r2'] });
    expect(busyWith(made)).toEqual(['stable@r2']);
    made.heartbeat('a', 'old', [snapshot('a', ID, { lastEventSeq: 0 })]);
    expect(busyWith(made)).toEqual([ID]);
  });

  test('is that of the last heartbeat alone, each rollout once, and no more than 16', () => {
    const made = world();
    const many = Array.from({ length: 20 }, (_, at) => `stable@old-${at}`);
    for (const [undelivered, expected] of [
      [[...many, ...many], many.slice(0, 16)],
      [many.slice(0, 2), many.slice(0, 2)],
      [many.slice(1, 3), many.slice(1, 3)],
      [[], []],
    ] as const) {
      made.heartbeat('a', 'old', [], { undelivered });
      expect(busyWith(made)).toEqual(expected);
    }
  });

  test('lets a host that runs its target ask for a dispatch', () => {
    const made = new World();
    made.heartbeat('a', 'a-r1');
    made.verify(manifest({ others: ['a'] }));
    made.heartbeat('a', 'a-r1', [], { undelivered: ['stable@r0'] });
    made.tick();
    expect(made.queued()).toEqual(['a']);
  });
});

describe('a heartbeat that says nothing new', () => {
  test.each([
    ['like the one before', { state: 'Soaking', currentClosure: 'a-r1', lastEventSeq: 2 }, []],
    ['sent before the last event', { state: 'Activating', lastEventSeq: 1 }, []],
    ['of events that are still on their way', { state: 'Failed', lastEventSeq: 3 }, [ID, 'stable@r0']],
  ] as const)('changes its time alone: %s', (_, fields, undelivered) => {
    const made = world();
    made.soak('a', ID);
    made.heartbeat('a', 'a-r1', [snapshot('a', ID, fields)], { undelivered });
    const { hosts, rollouts } = made.state;
    made.now += 60_000;
    made.heartbeat('a', 'a-r1', [snapshot('a', ID, fields)], { undelivered });
    expect(made.state.hosts).toBe(hosts);
    expect(made.state.rollouts).toBe(rollouts);
    expect(fleetMemberOf(made.state, 'a')?.lastHeartbeatAt).toBe(made.now);
  });
});

const release = manifest({ waves: [['a', 'b', 'c'], ['d', 'e'], ['f']] });

/** A control plane that starts with nothing, after every agent has sent a heartbeat. */
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

  test('a finished rollout is recognised, even from older agents that send no snapshots', () => {
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
