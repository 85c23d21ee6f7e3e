import { describe, expect, test } from 'vitest';
import { isOutstanding, memberOf, quarantineOf, synthesizedSeq, wavesOf } from '../../src/control-plane/reads.ts';
import type { HostState } from '../../src/machine/record.ts';
import { encodeHeartbeatAnswer } from '../../src/wire/index.ts';
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

  // A failed host was mirrored as Soaking for ever: the made-up event took the number of the real ActivationFailed.
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

  test('the last number is used up: nothing is synthesized that no answer could tell', () => {
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

  test('a Pending record that the agent merely sends back is not one of its own', () => {
    const made = world();
    made.heartbeat('b', 'b-r1', [snapshot('b', ID, { state: 'Pending', lastEventSeq: 0 })]);
    expect(made.host('b', ID).state).toBe('Converged');
  });

  test('Pending while a snapshot could not be read: its absence tells nothing', () => {
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

describe('taking over', () => {
  test('a Pending record whose agent knows better, its outstanding dispatch dropped', () => {
    const made = world();
    expect(isOutstanding(made.state, ID, 'a')).toBe(true);
    made.heartbeat('a', 'old', [snapshot('a', ID, { lastEventSeq: 2, activationStartedAt: 700 })]);
    expect(made.host('a', ID)).toMatchObject({
      state: 'Activating',
      lastEventSeq: 2,
      dispatchedAt: 500,
      soakDueAt: 900,
      activationStartedAt: 700,
    });
    expect(isOutstanding(made.state, ID, 'a')).toBe(false);
    expect(made.last('WithdrawDispatch')).toMatchObject([{ because: 'taken-over' }]);
    expect(made.last('AppendRolloutEvent')[0]?.event).toMatchObject({ from: 'Pending', to: 'Activating' });
    expect(made.last('TakeOverRecord')).toHaveLength(1);
    expect(made.last('RecordTransition')).toEqual([
      { type: 'RecordTransition', host: 'a', rolloutId: ID, from: 'Pending', to: 'Activating', at: made.now },
    ]);
    expect(made.last('RemoteInsertQuarantine')).toEqual([]);
  });

  test('a Pending record that was not dispatched takes no dispatch back', () => {
    const made = world();
    expect(isOutstanding(made.state, ID, 'b')).toBe(false);
    made.heartbeat('b', 'old', [snapshot('b', ID, { lastEventSeq: 2 })]);
    expect(made.host('b', ID).state).toBe('Activating');
    expect(made.last('WithdrawDispatch')).toEqual([]);
  });

  test('before synthesis: what was taken over as Activating on the target goes on to Soaking', () => {
    const made = world();
    made.heartbeat('a', 'a-r1', [snapshot('a', ID, { lastEventSeq: 2 })]);
    expect(made.host('a', ID)).toMatchObject({ state: 'Soaking', lastEventSeq: 3 });
  });

  test('a record that arrives Reverted quarantines and halts', () => {
    const made = world();
    made.heartbeat('a', 'old', [snapshot('a', ID, { state: 'Reverted', currentClosure: 'old', lastEventSeq: 5 })]);
    expect(made.host('a', ID)).toMatchObject({ state: 'Reverted', revertedTo: 'old', currentClosure: 'old' });
    expect(made.last('RemoteInsertQuarantine')).toEqual([
      { type: 'RemoteInsertQuarantine', channel: 'stable', closure: 'a-r1' },
    ]);
    expect(quarantineOf(made.state).get('stable')).toEqual(new Set(['a-r1']));
    expect(made.rollout(ID).state).toBe('Reverted');
  });

  test('a record that arrives Converged may end the rollout', () => {
    const made = new World();
    made.verify(manifest({ others: ['a'] }));
    made.heartbeat('a', 'a-r1', [snapshot('a', ID, { state: 'Converged', currentClosure: 'a-r1', lastEventSeq: 9 })]);
    expect(made.rollout(ID).state).toBe('Terminal');
  });

  test('a record that knows as much is not touched', () => {
    const made = world();
    made.heartbeat('b', 'old', [snapshot('b', ID, { state: 'Failed', lastEventSeq: 0 })]);
    expect(made.host('b', ID).state).toBe('Pending');
  });

  test('what is undelivered is waited for: nothing is taken over after an ordinary outage', () => {
    const made = world();
    for (let time = 0; time < 3; time += 1) {
      made.heartbeat('a', 'old', [snapshot('a', ID, { lastEventSeq: 2 })], { undelivered: [ID] });
      expect(made.host('a', ID)).toMatchObject({ state: 'Pending', lastEventSeq: 0 });
    }
    made.ack('a', ID);
    expect(made.last('RemoteAppendEventLog')).toHaveLength(1);
  });

  test.each([
    ['of another host', { hostname: 'b' }],
    ['of another channel', { channel: 'edge' }],
    ['with another target', { targetClosure: 'evil' }],
    ['that is Converged on another closure', { state: 'Converged' as const, currentClosure: 'evil' }],
    ['that is Pending and yet further', { state: 'Pending' as const }],
  ])('a snapshot %s is not believed', (_what, fields) => {
    const made = world();
    made.heartbeat('a', 'old', [snapshot('a', ID, { lastEventSeq: 7, ...fields })]);
    expect(made.host('a', ID)).toMatchObject({ state: 'Pending', lastEventSeq: 0 });
  });

  test('a snapshot counts for its own rollout and host alone', () => {
    const made = world();
    made.heartbeat('a', 'old', [
      snapshot('a', ID, { lastEventSeq: 2 }),
      snapshot('a', 'stable@r0', { lastEventSeq: 9 }),
      snapshot('b', ID, { lastEventSeq: 8 }),
    ]);
    expect(made.host('a', ID)).toMatchObject({ state: 'Activating', lastEventSeq: 2 });
    expect(made.last('EmitLog')).toEqual([]);
  });

  test('of several snapshots of one rollout the newest counts', () => {
    const made = world();
    made.heartbeat(
      'a',
      'old',
      [2, 4, 3].map((lastEventSeq) => snapshot('a', ID, { lastEventSeq })),
    );
    expect(made.host('a', ID).lastEventSeq).toBe(4);
  });
});

describe('a gap', () => {
  const lost = (fields: Parameters<typeof snapshot>[2]) => [snapshot('a', ID, fields)];

  function soaking(): World {
    const made = world();
    made.soak('a', ID);
    return made;
  }

  test('is taken over at the second heartbeat in a row, and logged', () => {
    const made = soaking();
    made.heartbeat('a', 'old', lost({ state: 'Failed', lastEventSeq: 3 }));
    expect([made.host('a', ID).state, made.last('EmitLog')]).toEqual(['Soaking', []]);
    made.heartbeat('a', 'old', lost({ state: 'Failed', lastEventSeq: 3 }));
    expect(made.host('a', ID)).toMatchObject({ state: 'Failed', lastEventSeq: 3 });
    expect(made.last('TakeOverRecord')).toMatchObject([{ because: 'gap' }]);
    expect(made.last('EmitLog')).toMatchObject([
      { level: 'warn', message: expect.stringContaining('lost on the way') },
    ]);
    expect(made.rollout(ID).state).toBe('Failed');
  });

  test('heartbeats that agree, or that say that events are on their way, begin the count again', () => {
    const made = soaking();
    const behind = lost({ state: 'Failed', lastEventSeq: 3 });
    made.heartbeat('a', 'old', behind);
    made.heartbeat('a', 'old', behind, { undelivered: [ID] });
    made.heartbeat('a', 'old', behind);
    expect(made.host('a', ID).state).toBe('Soaking');
    made.heartbeat('a', 'old', lost({ state: 'Soaking', lastEventSeq: 2 }));
    made.heartbeat('a', 'old', behind);
    expect(made.host('a', ID).state).toBe('Soaking');
    made.heartbeat('a', 'old', behind);
    expect(made.host('a', ID).state).toBe('Failed');
  });

  test('concludes nothing from a heartbeat of which a part cannot be read', () => {
    const made = soaking();
    for (let time = 0; time < 3; time += 1) {
      made.heartbeat('a', 'old', lost({ state: 'Failed', lastEventSeq: 3 }), { isComplete: false });
    }
    expect(made.host('a', ID).state).toBe('Soaking');
  });

  test.each([
    ['before its soak is due', 0, 'a-r1', 'a-r1', 'Soaking'],
    ['once its soak is due', 600_000, 'a-r1', 'a-r1', 'Converged'],
    ['while it runs something else', 600_000, 'old', 'a-r1', 'Soaking'],
    ['on another closure', 600_000, 'a-r1', 'old', 'Soaking'],
  ])('Converged %s', (_what, afterMs, running, currentClosure, expected) => {
    const made = soaking();
    made.now += afterMs;
    const converged = lost({ state: 'Converged', currentClosure, lastEventSeq: 9 });
    for (let time = 0; time < 3; time += 1) made.heartbeat('a', running, converged);
    expect(made.host('a', ID).state).toBe(expected);
  });

  test('to Converged forgets the enforce probes that failed, because none does', () => {
    const made = soaking();
    const result = { type: 'ProbeResult', mode: 'enforce', status: 'fail', observedAt: made.now } as const;
    for (const probeName of ['p', '__proto__'])
      made.send('a', ID, { ...result, probeName, failureReason: 'x', subResults: null });
    made.send('a', ID, { ...result, probeName: 'watched', mode: 'observe', failureReason: 'x', subResults: null });
    made.now += 600_000;
    for (let time = 0; time < 2; time += 1)
      made.heartbeat('a', 'a-r1', lost({ state: 'Converged', currentClosure: 'a-r1', lastEventSeq: 9 }));
    expect(Object.keys(made.host('a', ID).probes)).toEqual(['watched']);
    expect(wavesOf(made.state, ID)[0]?.failures).toBe(0);
  });

  test('within one state changes the record, and nothing else follows', () => {
    const made = soaking();
    for (let time = 0; time < 2; time += 1)
      made.heartbeat('a', 'a-r1', lost({ state: 'Soaking', currentClosure: 'a-r1', lastEventSeq: 5 }));
    expect(made.host('a', ID).lastEventSeq).toBe(5);
    expect(made.last('RecordTransition')).toEqual([]);
  });

  // One number, two histories: Soaking here and Failed there, both after event 2, and nobody noticed.
  test('under one number the event of the agent counts for more than the one that was made up', () => {
    const made = world();
    made.ack('a', ID);
    made.heartbeat('a', 'a-r1', lost({ state: 'Activating', lastEventSeq: 1 }));
    expect(made.host('a', ID)).toMatchObject({ state: 'Soaking', lastEventSeq: 2 });
    const failed = { type: 'ActivationFailed', exitCode: 1, stderrTail: '', failedAt: made.now, seq: 2 } as const;
    expect(made.post('a', ID, failed).outcome).toBe('late');
    expect(made.post('a', ID, failed).outcome).toBe('duplicate');
    for (let time = 0; time < 2; time += 1) made.heartbeat('a', 'a-r1', lost({ state: 'Failed', lastEventSeq: 2 }));
    expect(made.host('a', ID)).toMatchObject({ state: 'Failed', lastEventSeq: 2 });
    expect(made.rollout(ID).state).toBe('Failed');
  });

  test('leaves Converged again if the agent says that it was made up wrongly', () => {
    const made = new World();
    made.verify(manifest({ others: ['a'], targets: { a: 'old' } }));
    made.heartbeat('a', 'old');
    made.verify(manifest({ ref: 'r2', others: ['a'] }));
    const failed = [snapshot('a', ID, { state: 'Failed', targetClosure: 'old', lastEventSeq: 9 })];
    expect(made.rollout(ID)).toMatchObject({ state: 'Superseded' });
    for (let time = 0; time < 2; time += 1) made.heartbeat('a', 'other', failed);
    expect(made.host('a', ID)).toMatchObject({ state: 'Failed', lastEventSeq: 9 });
    expect(wavesOf(made.state, ID)[0]?.eligible).toBe(0);
  });
});

describe('something else is under way', () => {
  /** Everything runs `good`; `bad` goes out, and then the way back to `good`. */
  function wayBack(): World {
    const made = new World();
    made.verify(manifest({ ref: 'bad', others: ['a', 'b'], targets: { a: 'bad', b: 'bad' } }));
    return made;
  }
  const GOOD = 'stable@good';
  const publishGood = (made: World): void =>
    made.verify(manifest({ ref: 'good', others: ['a', 'b'], targets: { a: 'good', b: 'good' } }));
  const heard = (made: World, host: string): void => {
    made.heartbeat(host, 'good');
  };

  // The way back that never arrives: Terminal, and the fleet ran the bad release.
  test('on the host: what it runs now says nothing, and it is dispatched like any other', () => {
    const made = wayBack();
    heard(made, 'a');
    made.ack('a', 'stable@bad');
    publishGood(made);
    expect(made.queued()).toContain('a');
    heard(made, 'a');
    expect(made.host('a', GOOD).state).toBe('Pending');
    expect(made.poll('a')).toMatchObject({ rolloutId: GOOD });
  });

  test('a dispatch that was taken back may have reached the agent', () => {
    const made = wayBack();
    heard(made, 'b');
    publishGood(made);
    expect(made.last('WithdrawDispatch').map(({ host }) => host)).toEqual(['a', 'b']);
    expect(made.queued()).toEqual(['a', 'b']);
  });

  test.each([
    ['halt', 'Converged'],
    ['rollback-and-halt', 'Pending'],
  ] as const)('a host that failed under %s', (onHealthFailure, expected) => {
    const made = new World();
    const budgets = [{ key: 'k', hosts: ['a'], limit: 0 }];
    made.verify(manifest({ ref: 'bad', others: ['a'], onHealthFailure }));
    made.fail('a', 'stable@bad');
    made.verify(manifest({ ref: 'good', others: ['a'], targets: { a: 'good' }, budgets }));
    heard(made, 'a');
    expect(made.host('a', GOOD).state).toBe(expected);
  });

  test('a host that has started a rollout has left the earlier ones', () => {
    const made = new World();
    made.verify(manifest({ ref: 'r0', others: ['a'] }));
    made.soak('a', 'stable@r0');
    made.verify(manifest({ others: ['a'] }));
    made.converge('a', ID);
    made.heartbeat('a', 'a-r1');
    made.verify(manifest({ ref: 'good', others: ['a'], targets: { a: 'a-r1' } }));
    made.heartbeat('a', 'a-r1');
    expect(made.host('a', GOOD).state).toBe('Converged');
  });

  test('as the agent says itself, of a rollout that is not known here', () => {
    const made = new World();
    const soaks = [snapshot('a', 'stable@bad', { state: 'Soaking', lastEventSeq: 3 })];
    made.heartbeat('a', 'good', soaks);
    made.verify(manifest({ ref: 'good', others: ['a'], targets: { a: 'good' } }));
    expect(made.queued()).toEqual(['a']);
    made.heartbeat('a', 'good', soaks);
    expect(made.host('a', GOOD).state).toBe('Pending');
  });

  test('as its outbox says, of a rollout that has not begun here', () => {
    const made = new World();
    const gated = { edges: [['a', 'z']] as const, others: ['a', 'z'] };
    made.verify(manifest({ ref: 'bad', ...gated }));
    made.verify(manifest({ ref: 'good', ...gated, targets: { a: 'good', z: 'new' } }));
    made.heartbeat('a', 'good', [], { undelivered: ['stable@bad'] });
    expect(made.host('a', GOOD).state).toBe('Pending');
    made.heartbeat('a', 'good');
    expect(made.host('a', GOOD).state).toBe('Converged');
  });

  test('when it has ended, the host converges at its next heartbeat', () => {
    const made = new World();
    made.verify(manifest({ ref: 'bad', others: ['a'], onHealthFailure: 'halt' }));
    made.ack('a', 'stable@bad');
    const budgets = [{ key: 'k', hosts: ['a'], limit: 0 }];
    made.verify(manifest({ ref: 'good', others: ['a'], targets: { a: 'good' }, budgets }));
    heard(made, 'a');
    expect(made.host('a', GOOD).state).toBe('Pending');
    made.send('a', 'stable@bad', { type: 'ActivationFailed', exitCode: 1, stderrTail: '', failedAt: made.now });
    heard(made, 'a');
    expect(made.host('a', GOOD).state).toBe('Converged');
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
    expect(memberOf(made.state, 'z')).toMatchObject({ runningClosure: 'x', places: [] });
  });

  test('strangers are remembered up to a limit', () => {
    const made = new World({}, { maxStrangers: 2 });
    for (const name of ['x', 'y', 'z', 'x']) made.heartbeat(name, 'c');
    expect(['x', 'y', 'z'].map((name) => memberOf(made.state, name) !== null)).toEqual([true, true, false]);
    made.verify(manifest({ others: ['x'] }));
    made.heartbeat('z', 'c');
    expect(memberOf(made.state, 'z')).not.toBeNull();
  });
});

describe('liveness', () => {
  const SILENCE = 200_000;

  test('a host that is heard again and again never came back, because it never went', () => {
    const made = world();
    for (const hostname of ['a', 'stranger', 'a', 'stranger']) {
      made.heartbeat(hostname, 'old');
      expect(made.last('HostReachable')).toEqual([]);
    }
  });

  test('hosts that fell silent at different times are missed at different times, each at the end of its step', () => {
    const made = new World();
    const missed = () => made.last('HostUnreachable').map(({ host }) => host);
    made.verify(manifest({ others: ['a'] }));
    made.now += 100_000;
    made.verify(manifest({ channel: 'edge', others: ['b', 'c'] }));
    // Three intervals after 1000000, and the steps are of a quarter of an interval.
    for (const [now, expected] of [
      [1_184_999, []],
      [1_185_000, ['a']],
      [1_185_000, []],
      [1_289_999, []],
      [1_290_000, ['b', 'c']],
      [1_500_000, []],
    ] as const) {
      made.now = now;
      made.tick();
      expect([now, missed()]).toEqual([now, expected]);
    }
  });

  test('a stranger is missed from when it joins a rollout', () => {
    const made = new World();
    made.heartbeat('a', 'old');
    made.verify(manifest({ others: ['a'] }));
    made.now += SILENCE;
    made.tick();
    expect(made.last('HostUnreachable').map(({ host }) => host)).toEqual(['a']);
  });

  test('a host that came back is missed once again, however often it was heard meanwhile', () => {
    const made = new World();
    made.verify(manifest({ others: ['a'] }));
    made.now += SILENCE;
    made.tick();
    expect(made.last('HostUnreachable')).toHaveLength(1);
    for (let time = 0; time < 3; time += 1) made.heartbeat('a', 'old');
    made.now += SILENCE;
    made.tick();
    expect(made.last('HostUnreachable')).toHaveLength(1);
    made.tick();
    expect(made.last('HostUnreachable')).toEqual([]);
  });

  test('three missed intervals are reported once, in order of name, and nothing else happens', () => {
    const made = world();
    const heard = made.now;
    made.heartbeat('b', 'old');
    made.heartbeat('a', 'old');
    made.now = heard + 179_000;
    made.tick();
    expect(made.last('HostUnreachable')).toEqual([]);
    made.now = heard + 180_000 + 15_000;
    made.tick();
    const report = (host: string) => ({
      type: 'HostUnreachable',
      host,
      lastHeartbeatAt: heard,
      missedIntervals: 3,
      at: made.now,
    });
    expect(made.effects).toEqual([report('a'), report('b')]);
    made.now += 600_000;
    made.tick();
    expect(made.effects).toEqual([]);
  });

  test('a heartbeat puts it off, and brings a host back', () => {
    const made = new World();
    made.verify(manifest({ others: ['a'] }));
    for (let minute = 0; minute < 10; minute += 1) {
      made.heartbeat('a', 'old');
      made.now += 60_000;
      made.tick();
      expect(made.last('HostUnreachable')).toEqual([]);
    }
    made.now += 200_000;
    made.tick();
    expect(made.last('HostUnreachable')).toHaveLength(1);
    made.heartbeat('a', 'old');
    expect(made.last('HostReachable')).toMatchObject([{ host: 'a' }]);
    made.now += 200_000;
    made.tick();
    expect(made.last('HostUnreachable')).toHaveLength(1);
  });

  test('a host that never sent one is missed from the opening on; a stranger never', () => {
    const made = world();
    made.heartbeat('z', 'x');
    made.now += 200_000;
    made.tick();
    expect(made.last('HostUnreachable').map(({ host, lastHeartbeatAt }) => [host, lastHeartbeatAt])).toEqual([
      ['a', null],
      ['b', null],
    ]);
  });
});
