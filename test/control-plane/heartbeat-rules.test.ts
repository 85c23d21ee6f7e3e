import { describe, expect, test } from 'vitest';
import { judgeGap, synthesize, takeOver, type GapEvidence } from '../../src/control-plane/heartbeat-rules.ts';
import { isOutstanding, quarantineOf, wavesOf } from '../../src/control-plane/reads.ts';
import { newPendingHost, type HostState, type ProbeRecord } from '../../src/machine/record.ts';
import { manifest } from './support/manifests.ts';
import { snapshot, World } from './support/world.ts';

const ID = 'stable@r1';

function world(): World {
  const made = new World();
  made.verify(manifest({ others: ['a', 'b'], budgets: [{ key: 'k', hosts: ['a', 'b'], limit: 1 }] }));
  return made;
}

const pending = newPendingHost({
  rolloutId: 'stable@r1',
  hostname: 'a',
  channel: 'stable',
  targetClosure: 'a-r1',
  dispatchedAt: 1,
  soakDueAt: 2,
});
const told = (fields: Parameters<typeof snapshot>[2] = {}) =>
  snapshot('a', 'stable@r1', { lastEventSeq: 7, ...fields });

test('all fields of a snapshot are taken over, and the rest stays', () => {
  const { activationStartedAt, activationCompletedAt, currentClosure } = pending;
  expect(takeOver(pending, told())).toEqual({
    ...pending,
    state: 'Activating',
    currentClosureAtDispatch: 'old',
    dispatchedAt: 500,
    dispatchAckedAt: 600,
    soakDueAt: 900,
    lastEventSeq: 7,
    activationStartedAt,
    activationCompletedAt,
    currentClosure,
  });
});

test('only a Reverted host runs the closure that it was reverted to', () => {
  expect(takeOver(pending, told({ state: 'Reverted', currentClosure: 'old' }))?.revertedTo).toBe('old');
  expect(takeOver(pending, told({ state: 'Failed', currentClosure: 'a-r1' }))?.revertedTo).toBeNull();
});

test.each([
  ['of another rollout', { rolloutId: 'stable@r2' }],
  ['of another host', { hostname: 'b' }],
  ['of another channel', { channel: 'edge' }],
  ['with another target', { targetClosure: 'evil' }],
  ['that is Pending', { state: 'Pending' as const }],
  ['that is Converged on another closure', { state: 'Converged' as const, currentClosure: 'evil' }],
])('a snapshot %s is not', (_what, fields) => {
  expect(takeOver(pending, told(fields))).toBeNull();
});

test('the probes of a record stay, except failing enforce probes of a Converged host', () => {
  const probe = (mode: ProbeRecord['mode'], status: ProbeRecord['status']): ProbeRecord => ({
    mode,
    status,
    lastObservedAt: 1,
    lastPassAt: null,
    failureReason: null,
  });
  const probes = { ok: probe('enforce', 'pass'), bad: probe('enforce', 'fail'), watched: probe('observe', 'fail') };
  const after = (fields: Parameters<typeof told>[0]) =>
    Object.keys(takeOver({ ...pending, probes }, told(fields))?.probes ?? {});
  expect(after({ state: 'Failed' })).toEqual(['ok', 'bad', 'watched']);
  expect(after({ state: 'Converged', currentClosure: 'a-r1' })).toEqual(['ok', 'watched']);
});

const onTarget = {
  runningClosure: 'a-r1',
  snapshot: null,
  mayKnowMore: false,
  isOutstanding: false,
  isUnderWayElsewhere: false,
};

test.each<HostState>(['Soaking', 'Converged', 'Failed', 'Reverted'])(
  'nothing is synthesized where the record or the snapshot is %s, and so past activation',
  (state) => {
    expect(synthesize({ ...pending, state, lastEventSeq: 2 }, onTarget, 5)).toEqual([]);
    const activating = { ...pending, state: 'Activating', lastEventSeq: 2 } as const;
    expect(synthesize(activating, { ...onTarget, snapshot: told({ state }) }, 5)).toEqual([]);
  },
);

test.each<HostState>(['Activating', 'Deferred'])(
  'the end of an activation is synthesized after a %s snapshot',
  (state) => {
    const events = synthesize({ ...pending, state, lastEventSeq: 2 }, { ...onTarget, snapshot: told({ state }) }, 5);
    expect(events).toMatchObject([{ type: 'RemoteActivationCompleted', seq: 8 }]);
  },
);

test('nothing is synthesized in part, because the numbers would end before the events do', () => {
  const from = (lastEventSeq: number) => synthesize({ ...pending, lastEventSeq }, onTarget, 5);
  expect(from(Number.MAX_SAFE_INTEGER - 3)).toHaveLength(3);
  expect(from(Number.MAX_SAFE_INTEGER - 2)).toEqual([]);
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
    expect(made.last('TakeOverRecord')).toMatchObject([{ because: 'rebuilt' }]);
    expect(made.last('RecordTransition')).toEqual([
      { type: 'RecordTransition', host: 'a', rolloutId: ID, from: 'Pending', to: 'Activating', at: made.now },
    ]);
    expect(made.last('RemoteInsertQuarantine')).toEqual([]);
  });

  test('a Pending record without a dispatch withdraws none', () => {
    const made = world();
    expect(isOutstanding(made.state, ID, 'b')).toBe(false);
    made.heartbeat('b', 'old', [snapshot('b', ID, { lastEventSeq: 2 })]);
    expect(made.host('b', ID).state).toBe('Activating');
    expect(made.last('WithdrawDispatch')).toEqual([]);
  });

  test('before synthesis: a record taken over as Activating on the target proceeds to Soaking', () => {
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

  test('a record that knows as much is unchanged', () => {
    const made = world();
    made.heartbeat('b', 'old', [snapshot('b', ID, { state: 'Failed', lastEventSeq: 0 })]);
    expect(made.host('b', ID).state).toBe('Pending');
  });

  test('undelivered events are waited for: nothing is taken over after an ordinary outage', () => {
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

/** A heartbeat on the target that shows the record behind for the second time. */
const behind = (fields: Partial<GapEvidence>): GapEvidence => ({
  runningClosure: 'a-r1',
  snapshot: told(),
  isUndelivered: false,
  isComplete: true,
  wasBehind: true,
  synthesizedSeq: 0,
  ...fields,
});
const activating = { ...pending, state: 'Activating', lastEventSeq: 2 } as const;
const soakingRecord = { ...activating, state: 'Soaking', currentClosure: 'a-r1' } as const;
const converged = { state: 'Converged', currentClosure: 'a-r1' } as const;
const failedOnTarget = told({ state: 'Failed', currentClosure: 'a-r1', lastEventSeq: 2 });

test.each([
  ['a later snapshot of a Pending record', pending, {}, 'rebuilt'],
  ['a later snapshot', activating, {}, 'gap'],
  ['an earlier snapshot', activating, { snapshot: told({ lastEventSeq: 1 }) }, 'agrees'],
  ['a snapshot that says the same', activating, { snapshot: told({ lastEventSeq: 2 }) }, 'agrees'],
  ['a Pending snapshot of a host that has begun', activating, { snapshot: told({ state: 'Pending' }) }, 'agrees'],
  ['another state under a synthesized number', soakingRecord, { snapshot: failedOnTarget, synthesizedSeq: 2 }, 'gap'],
  ["another state under an agent's number", soakingRecord, { snapshot: failedOnTarget, synthesizedSeq: 1 }, 'agrees'],
  [
    'Converged, if nobody knows of a soak',
    { ...activating, soakDueAt: null },
    { snapshot: told({ ...converged, soakDueAt: null }) },
    'gap',
  ],
  [
    'Converged on another closure',
    activating,
    { snapshot: told({ ...converged, currentClosure: 'old', soakDueAt: null }) },
    'wait',
  ],
  ['Converged while it runs another closure', activating, { snapshot: told(converged), runningClosure: 'old' }, 'wait'],
])('%s: the verdict', (_, record, fields, verdict) => {
  expect(judgeGap(record, behind(fields), 1_000)).toBe(verdict);
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
    expect(made.last('EmitLog')).toEqual([
      {
        type: 'EmitLog',
        level: 'warn',
        target: 'control-plane',
        message:
          `Events of a in ${ID} were lost on the way: it is Failed after event 3, but was Soaking after event 2 here. ` +
          'Its record was taken over.',
        fields: { code: 'gap', host: 'a', rolloutId: ID, state: 'Failed', targetClosure: 'a-r1' },
      },
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
    made.heartbeat('a', 'old', lost({ state: 'Soaking', currentClosure: 'a-r1', lastEventSeq: 2 }));
    made.heartbeat('a', 'old', behind);
    expect(made.host('a', ID).state).toBe('Soaking');
    made.heartbeat('a', 'old', behind);
    expect(made.host('a', ID).state).toBe('Failed');
  });

  test('that contradicts the record is refused at every heartbeat from the second on', () => {
    const made = soaking();
    const logged: unknown[] = [];
    for (let time = 0; time < 4; time += 1) {
      made.heartbeat('a', 'old', lost({ state: 'Failed', targetClosure: 'evil', lastEventSeq: 3 }));
      logged.push(made.last('EmitLog').map(({ fields }) => fields['code']));
    }
    expect(logged).toEqual([[], ...Array.from({ length: 3 }, () => ['snapshot-refused'])]);
    expect(made.host('a', ID)).toMatchObject({ state: 'Soaking', lastEventSeq: 2 });
  });

  test('infers nothing from a partly unreadable heartbeat', () => {
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
    const snapshots = lost({ state: 'Converged', currentClosure, lastEventSeq: 9 });
    for (let time = 0; time < 3; time += 1) made.heartbeat('a', running, snapshots);
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

  test.each([
    ['of the record', 900, 100],
    ['of the snapshot, whose dispatch a backup has forgotten', 100, 900],
  ])('to Converged waits for the end of soak %s', (_, ofRecord, ofSnapshot) => {
    const record = { ...activating, soakDueAt: ofRecord };
    const evidence = behind({ snapshot: told({ ...converged, soakDueAt: ofSnapshot }) });
    expect([judgeGap(record, evidence, 899), judgeGap(record, evidence, 900)]).toEqual(['wait', 'gap']);
  });

  test('within one state changes the record, and nothing else follows', () => {
    const made = soaking();
    for (let time = 0; time < 2; time += 1)
      made.heartbeat('a', 'a-r1', lost({ state: 'Soaking', currentClosure: 'a-r1', lastEventSeq: 5 }));
    expect(made.host('a', ID).lastEventSeq).toBe(5);
    expect(made.last('RecordTransition')).toEqual([]);
  });

  // One number, two histories: Soaking here and Failed there, both after event 2, and nobody noticed.
  test("with the same number, the agent's event outweighs a synthesized one", () => {
    const made = world();
    made.ack('a', ID);
    made.heartbeat('a', 'a-r1', lost({ state: 'Activating', lastEventSeq: 1 }));
    expect(made.host('a', ID)).toMatchObject({ state: 'Soaking', lastEventSeq: 2 });
    const failed = { type: 'ActivationFailed', exitCode: 1, stderrTail: '', failedAt: made.now, seq: 2 } as const;
    expect(made.post('a', ID, failed).outcome).toBe('late');
    expect(made.post('a', ID, failed).outcome).toBe('duplicate');
    const told = lost({ state: 'Failed', currentClosure: 'a-r1', lastEventSeq: 2 });
    for (let time = 0; time < 2; time += 1) made.heartbeat('a', 'a-r1', told);
    expect(made.host('a', ID)).toMatchObject({ state: 'Failed', lastEventSeq: 2 });
    expect(made.rollout(ID).state).toBe('Failed');
  });

  test('takes two heartbeats again after it was taken over', () => {
    const made = soaking();
    const soakingAfter = (lastEventSeq: number) => lost({ state: 'Soaking', currentClosure: 'a-r1', lastEventSeq });
    for (let time = 0; time < 2; time += 1) made.heartbeat('a', 'a-r1', soakingAfter(5));
    made.heartbeat('a', 'a-r1', soakingAfter(6));
    expect(made.host('a', ID).lastEventSeq).toBe(5);
    made.heartbeat('a', 'a-r1', soakingAfter(6));
    expect(made.host('a', ID).lastEventSeq).toBe(6);
  });

  test('keeps the failures of the probes while the host soaks', () => {
    const made = soaking();
    const result = {
      type: 'ProbeResult',
      probeName: 'p',
      mode: 'enforce',
      status: 'fail',
      observedAt: made.now,
    } as const;
    made.send('a', ID, { ...result, failureReason: 'x', subResults: null });
    for (let time = 0; time < 2; time += 1)
      made.heartbeat('a', 'a-r1', lost({ state: 'Soaking', currentClosure: 'a-r1', lastEventSeq: 9 }));
    expect(made.host('a', ID).lastEventSeq).toBe(9);
    expect(wavesOf(made.state, ID)[0]?.failures).toBe(1);
  });

  test('leaves the events under its numbers to arrive late, once each', () => {
    const made = world();
    made.heartbeat('a', 'old', lost({ lastEventSeq: 1 }));
    const ack = { type: 'DispatchAck', currentClosureAtDispatch: 'old', receivedAt: made.now, seq: 1 } as const;
    expect([made.post('a', ID, ack).outcome, made.post('a', ID, ack).outcome]).toEqual(['late', 'duplicate']);
  });

  test('is also a different closure in the same state after the same event', () => {
    const made = soaking();
    const elsewhere = lost({ state: 'Soaking', currentClosure: 'a-other', lastEventSeq: 2 });
    made.heartbeat('a', 'a-other', elsewhere, { undelivered: [ID] });
    made.heartbeat('a', 'a-other', elsewhere);
    expect(made.host('a', ID).currentClosure).toBe('a-r1');
    made.heartbeat('a', 'a-other', elsewhere);
    expect(made.host('a', ID)).toMatchObject({ state: 'Soaking', currentClosure: 'a-other', lastEventSeq: 2 });
    expect(made.last('TakeOverRecord')).toMatchObject([{ because: 'gap' }]);
  });

  test('is not another closure of a host that has not begun', () => {
    const made = world();
    for (let time = 0; time < 2; time += 1)
      made.heartbeat('a', 'old', lost({ state: 'Pending', currentClosure: 'old', lastEventSeq: 0 }));
    expect([made.host('a', ID).state, made.last('EmitLog'), made.last('TakeOverRecord')]).toEqual(['Pending', [], []]);
  });

  test('leaves Converged again if the agent contradicts the synthesis', () => {
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
