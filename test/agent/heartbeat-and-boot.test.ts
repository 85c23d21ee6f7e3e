import { describe, expect, test } from 'vitest';
import { AGENT_PARTS, type OutboxEntry, type OutboxHeader } from '../../src/agent/index.ts';
import type { OutboundEvent } from '../../src/machine/events.ts';
import { newPendingHost } from '../../src/machine/record.ts';
import {
  AgentDriver,
  answer,
  dispatch,
  emitted,
  emittedTypes,
  logLevels,
  manifest,
  MINUTE,
  NEW_CLOSURE,
  OLD_CLOSURE,
  ofType,
  ROLLOUT,
  SECOND,
  snapshot,
  START,
  types,
  work,
} from './agent-driver.ts';

const activating = snapshot({
  state: 'Activating',
  currentClosureAtDispatch: OLD_CLOSURE,
  dispatchAckedAt: START - 500,
  lastEventSeq: 2,
});
const soaking = {
  ...activating,
  state: 'Soaking',
  currentClosure: NEW_CLOSURE,
  activationCompletedAt: START,
  lastEventSeq: 3,
} as const;
const failed = { ...activating, state: 'Failed', lastEventSeq: 3 } as const;
const manifests = [manifest()];

const pending = newPendingHost({ ...manifest(), dispatchedAt: START - SECOND, soakDueAt: START + 30 * MINUTE });
const header: OutboxHeader = { rolloutId: ROLLOUT, manifest: manifest(), record: pending, numberedTo: 64 };
const ended: OutboxHeader = {
  ...header,
  record: { ...pending, state: 'Reverted', dispatchAckedAt: START - 500, revertedTo: OLD_CLOSURE, lastEventSeq: 9 },
};
const entry = (event: OutboundEvent): OutboxEntry => ({ rolloutId: ROLLOUT, event, durable: true });
const ack = entry({ type: 'DispatchAck', currentClosureAtDispatch: OLD_CLOSURE, receivedAt: START - 500, seq: 1 });
const started = entry({ type: 'ActivationStarted', startedAt: START - 400, switchMethod: 'switch', seq: 2 });
const activationFailed = entry({
  type: 'ActivationFailed',
  exitCode: 1,
  stderrTail: '',
  failedAt: START - 300,
  seq: 3,
});

describe('rule 10: heartbeat', () => {
  test('every 60 s, with what runs now and the record of the newest rollout', () => {
    const driver = new AgentDriver().soak();
    expect(work(driver.tick(60 * SECOND - 1))).toEqual([]);
    const [sent] = ofType(driver.tick(1), 'SendHeartbeat');
    expect(sent?.heartbeat).toMatchObject({
      hostname: 'web-01',
      rolloutId: ROLLOUT,
      currentClosure: NEW_CLOSURE,
      at: driver.now,
    });
    expect(sent?.heartbeat.rollouts).toMatchObject([{ rolloutId: ROLLOUT, state: 'Soaking', lastEventSeq: 4 }]);
    expect(driver.tick(SECOND)).toEqual([]);
  });

  test('goes on after the clock was set back', () => {
    const driver = new AgentDriver().start();
    expect(work(driver.tick(-60 * MINUTE))).toEqual(['SendHeartbeat']);
  });

  test('records at an end are told too', () => {
    const driver = new AgentDriver().soak({ soakDueAt: null });
    driver.probe('http', 'pass');
    expect(ofType(driver.tick(60 * SECOND), 'SendHeartbeat')[0]?.heartbeat.rollouts).toMatchObject([
      { state: 'Converged' },
    ]);
  });

  test('a snapshot never moves a record back, nor sideways', () => {
    const driver = new AgentDriver().soak();
    const before = driver.agent;
    for (const lastEventSeq of [0, 3, 4]) {
      expect(driver.feed(answer({ bootstrapRollouts: [{ ...failed, lastEventSeq }], manifests }))).toEqual([]);
    }
    expect(driver.agent).toBe(before);
  });

  test('a Pending snapshot is never taken over, whatever its number', () => {
    const driver = new AgentDriver().soak();
    const before = driver.agent;
    const pending = { ...failed, state: 'Pending', lastEventSeq: 90 } as const;
    expect(driver.feed(answer({ bootstrapRollouts: [pending], manifests }))).toEqual([]);
    expect(driver.agent).toBe(before);
  });

  test('taking over keeps what a snapshot cannot tell', () => {
    const driver = new AgentDriver().soak();
    driver.probe('http', 'fail');
    const old = driver.record();
    const newer = snapshot({ ...old, dispatchedAt: 5, soakDueAt: 6, currentClosure: 'sha256-third', lastEventSeq: 90 });
    const effects = driver.feed(answer({ bootstrapRollouts: [newer], manifests }));
    expect(driver.record()).toEqual({
      ...old,
      dispatchedAt: 5,
      soakDueAt: 6,
      currentClosure: 'sha256-third',
      lastEventSeq: 91,
    });
    expect(work(effects).slice(0, 2)).toEqual(['LocalResetProbeCache', 'StopProbes']);
    expect(types(effects).at(-1)).toBe('StartProbes');
    expect(emitted(effects).map(({ type, seq }) => [type, seq])).toEqual([['ProbeTopologyDeclared', 91]]);
  });

  test('the numbers that a snapshot tells of outlive a crash, also where the state is the same', () => {
    const driver = new AgentDriver().start();
    driver.feed(dispatch());
    const effects = driver.feed(
      answer({ bootstrapRollouts: [snapshot({ ...driver.record(), lastEventSeq: 90 })], manifests }),
    );
    expect(ofType(effects, 'WriteOutboxHeader')).toMatchObject([
      { header: { record: { lastEventSeq: 90 }, numberedTo: 90 } },
    ]);
    // The switch that this agent started is under way already.
    expect(types(effects)).not.toContain('LocalFireSwitch');
  });

  test('one that tells of a failure that was not known here rolls back', () => {
    const driver = new AgentDriver().soak();
    const newer = { ...failed, currentClosure: NEW_CLOSURE, lastEventSeq: 90 };
    const effects = driver.feed(answer({ bootstrapRollouts: [newer], manifests }));
    expect(ofType(effects, 'LocalFireRollbackTo')).toMatchObject([{ closure: OLD_CLOSURE }]);
  });

  test('one that says more of the activation than was known here starts the probes', () => {
    const driver = new AgentDriver().start();
    driver.feed(dispatch());
    const effects = driver.feed(answer({ bootstrapRollouts: [soaking], manifests }));
    expect(driver.record().state).toBe('Soaking');
    expect(types(effects)).toContain('StartProbes');
  });

  test('for another host, another closure, or without a manifest is not taken over', () => {
    const driver = new AgentDriver().start();
    expect(
      logLevels(driver.feed(answer({ bootstrapRollouts: [{ ...soaking, hostname: 'web-02' }], manifests }))),
    ).toEqual(['error']);
    expect(
      logLevels(driver.feed(answer({ bootstrapRollouts: [{ ...soaking, targetClosure: 'evil' }], manifests }))),
    ).toEqual(['error']);
    expect(logLevels(driver.feed(answer({ bootstrapRollouts: [soaking] })))).toEqual(['warn']);
    expect(driver.agent.rollouts).toEqual([]);
  });

  test('is held against the manifest of its own rollout, among others', () => {
    const other = manifest({ rolloutId: 'stable@r0', targetClosure: 'sha256-other' });
    const driver = new AgentDriver().start();
    driver.feed(answer({ bootstrapRollouts: [soaking], manifests: [other, manifest()] }));
    expect(driver.record().state).toBe('Soaking');
  });

  test('tells nothing of a record that is still Pending, nor of none at all', () => {
    const driver = new AgentDriver();
    const numberedTo = Number.MAX_SAFE_INTEGER;
    expect(ofType(driver.boot({ headers: [{ ...header, numberedTo }] }), 'SendHeartbeat')).toMatchObject([
      { heartbeat: { rolloutId: null, rollouts: [] } },
    ]);
    driver.feed(answer());
    driver.feed(dispatch());
    expect(driver.record().state).toBe('Pending');
    expect(ofType(driver.tick(60 * SECOND), 'SendHeartbeat')[0]?.heartbeat).toMatchObject({
      rolloutId: ROLLOUT,
      rollouts: [],
    });
  });

  test('names the rollouts whose events are still in the outbox', () => {
    const driver = new AgentDriver().soak();
    const undelivered = () => ofType(driver.tick(60 * SECOND), 'SendHeartbeat')[0]?.heartbeat.undelivered;
    expect(undelivered()).toEqual([ROLLOUT]);
    driver.deliverAll();
    expect(undelivered()).toEqual([]);
  });

  test('that nobody answers changes nothing once the boot is over', () => {
    const driver = new AgentDriver().soak();
    expect(driver.feed({ type: 'HeartbeatUnanswered' })).toEqual([]);
  });

  test('of several the order in which they came does not matter', () => {
    const ids = ['stable@r3', 'stable@r1', 'stable@r2'];
    const told = ids.map((rolloutId) => ({ ...soaking, rolloutId }));
    const known = ids.map((rolloutId) => manifest({ rolloutId }));
    const agents = [told, told.toReversed(), told.slice(0, 2), told.slice(0, 2).toReversed()].map((snapshots) => {
      const driver = new AgentDriver().start();
      driver.feed(answer({ bootstrapRollouts: snapshots, manifests: known }));
      return driver.agent;
    });
    expect(agents[1]).toEqual(agents[0]);
    expect(agents[3]).toEqual(agents[2]);
  });

  test('one of an older rollout is taken over as history', () => {
    const driver = new AgentDriver().soak();
    const older = { ...soaking, rolloutId: 'stable@r0', dispatchAckedAt: START - MINUTE };
    const effects = driver.feed(
      answer({ bootstrapRollouts: [older], manifests: [manifest({ rolloutId: 'stable@r0' })] }),
    );
    expect(work(effects)).toEqual([]);
    expect(driver.record('stable@r0').state).toBe('Soaking');
    expect(driver.agent.activeRolloutId).toBe(ROLLOUT);
  });
});

describe('rule 11: boot waits', () => {
  test('says what runs, and starts no worker before the answer', () => {
    const driver = new AgentDriver();
    const effects = driver.boot({ headers: [header], outbox: [ack, started] });
    expect(work(effects)).toEqual(['SendHeartbeat', 'SendEvent']);
    expect(ofType(effects, 'SendHeartbeat')[0]?.heartbeat).toMatchObject({
      currentClosure: OLD_CLOSURE,
      rollouts: [{ state: 'Activating', lastEventSeq: 2 }],
    });
    expect(driver.tick()).toEqual([]);
    expect(work(driver.feed(answer()))).toEqual(['LocalResetProbeCache', 'LocalFireSwitch']);
  });

  test.each([
    ['the runtime says so', 'HeartbeatUnanswered'],
    ['too long passed', 'Tick'],
  ] as const)('gives the answer up when %s', (_, type) => {
    const driver = new AgentDriver();
    driver.boot({ headers: [header], outbox: [ack, started] });
    expect(types(driver.feed({ type }, 30 * SECOND))).toContain('LocalFireSwitch');
  });

  test('a report of a worker of the life before is dropped with a warning', () => {
    const driver = new AgentDriver();
    driver.boot({ headers: [header], outbox: [ack] });
    expect(
      logLevels(driver.feed({ type: 'ActivationFailed', rolloutId: ROLLOUT, exitCode: 1, stderrTail: '' })),
    ).toEqual(['warn']);
    expect(logLevels(driver.feed({ type: 'RollbackFailed', rolloutId: ROLLOUT, exitCode: 1, stderrTail: '' }))).toEqual(
      ['warn'],
    );
    expect(driver.record().state).toBe('Activating');
  });

  test('forgets what it was told in the life before, but never an old generation of probes', () => {
    const driver = new AgentDriver().soak();
    driver.boot({ runningClosure: NEW_CLOSURE });
    expect(driver.agent.rollouts).toEqual([]);
    driver.feed(answer({ bootstrapRollouts: [soaking], manifests }));
    expect(driver.agent.probeRuns.generation).toBe(2);
  });
});

describe('rule 11: the record is the snapshot and then the outbox', () => {
  test('undelivered events are applied, and emitted no second time', () => {
    const driver = new AgentDriver();
    driver.boot({ manifests, outbox: [activationFailed], runningClosure: NEW_CLOSURE });
    expect(driver.hasRecord()).toBe(false);
    const effects = driver.feed(answer({ bootstrapRollouts: [activating] }));
    expect(driver.record()).toMatchObject({ state: 'Failed', lastEventSeq: 3, policyApplied: 'rollback-and-halt' });
    expect(work(effects)).toEqual(['LocalResetProbeCache', 'LocalFireRollbackTo']);
  });

  test('an event delivered while the answer was under way is not lost to the record', () => {
    const driver = new AgentDriver();
    driver.boot({ manifests, outbox: [activationFailed] });
    driver.delivered(3);
    driver.feed(answer({ bootstrapRollouts: [activating] }));
    expect(driver.record().state).toBe('Failed');
    expect(driver.undeliveredSeqs()).toEqual([]);
  });

  test('the outbox is read in the order of its numbers, and each counts once', () => {
    const driver = new AgentDriver();
    driver.boot({ headers: [header], outbox: [started, ack, started] });
    expect(driver.undeliveredSeqs()).toEqual([1, 2]);
    expect(driver.record().activationStartedAt).toBe(START - 400);
  });

  test('without a header the snapshot of the pending record is what the outbox begins from', () => {
    const driver = new AgentDriver();
    driver.boot({ outbox: [ack, started], manifests });
    expect(driver.hasRecord()).toBe(false);
    driver.feed(answer({ bootstrapRollouts: [snapshot()] }));
    expect(driver.record()).toMatchObject({ state: 'Activating', lastEventSeq: 2, soakDueAt: START + 30 * MINUTE });
  });

  test('an outbox that does not begin with the dispatch is not applied to a pending record', () => {
    const driver = new AgentDriver();
    driver.boot({ outbox: [started], manifests });
    driver.feed(answer({ bootstrapRollouts: [snapshot()] }));
    expect(driver.hasRecord()).toBe(false);
  });

  test('a snapshot that has no event and is not Pending is no base for the outbox', () => {
    const driver = new AgentDriver();
    driver.boot({ outbox: [ack], manifests });
    driver.feed(answer({ bootstrapRollouts: [{ ...activating, lastEventSeq: 0 }] }));
    expect(driver.hasRecord()).toBe(false);
  });

  test('without an answer the soak is remembered', () => {
    const driver = new AgentDriver();
    driver.boot({ headers: [header], outbox: [ack, started] });
    driver.feed({ type: 'HeartbeatUnanswered' });
    expect(driver.record()).toMatchObject({ soakDueAt: pending.soakDueAt, dispatchedAt: pending.dispatchedAt });
  });

  test('an event that does not fit is left out with a warning', () => {
    const driver = new AgentDriver();
    driver.boot({ manifests, outbox: [activationFailed] });
    const effects = driver.feed(answer({ bootstrapRollouts: [{ ...activating, state: 'Reverted' }] }));
    expect(logLevels(effects)).toEqual(['warn']);
    expect(driver.record().state).toBe('Reverted');
  });

  test('a snapshot that comes after the answer was given up is taken over, and the work goes on', () => {
    const driver = new AgentDriver();
    driver.boot({ manifests });
    expect(driver.feed({ type: 'HeartbeatUnanswered' })).toEqual([]);
    const effects = driver.feed(answer({ bootstrapRollouts: [activating] }));
    expect(work(effects)).toEqual(['LocalResetProbeCache', 'LocalFireSwitch']);
  });
});

describe('the header on disk', () => {
  const written = (driver: AgentDriver) => ofType(driver.effects, 'WriteOutboxHeader').map((effect) => effect.header);

  test('before an event holds the record without it, and after a change of state the new record', () => {
    const driver = new AgentDriver().start();
    driver.feed(dispatch());
    expect(written(driver).map(({ record, numberedTo }) => [record.state, record.lastEventSeq, numberedTo])).toEqual([
      ['Pending', 0, 64],
      ['Activating', 1, 64],
    ]);
    driver.feed({ type: 'ActivationStarted', rolloutId: ROLLOUT, switchMethod: 'switch' });
    expect(written(driver)).toEqual([]);
    driver.feed({ type: 'ActivationFailed', rolloutId: ROLLOUT, exitCode: 1, stderrTail: '' });
    expect(written(driver)).toMatchObject([{ record: { state: 'Failed', lastEventSeq: 3 } }]);
  });

  test('is written at boot where the outbox knows a later state, before any of its events goes out', () => {
    const driver = new AgentDriver();
    expect(types(driver.boot({ headers: [header], outbox: [ack] }))).toEqual([
      'WriteOutboxHeader',
      'SendHeartbeat',
      'SendEvent',
    ]);
    driver.effects = ofType(driver.effects, 'WriteOutboxHeader');
    expect(written(driver)).toMatchObject([{ record: { state: 'Activating', lastEventSeq: 1 }, numberedTo: 64 }]);
    const same = { ...header, record: { ...header.record, state: 'Activating', lastEventSeq: 1 } } as const;
    expect(types(driver.boot({ headers: [same], outbox: [ack] }))).toEqual(['SendHeartbeat', 'SendEvent']);
  });

  test('tells of an ended rollout, which the control plane tells nothing of', () => {
    const driver = new AgentDriver();
    const effects = driver.boot({ headers: [ended] });
    expect(ofType(effects, 'SendHeartbeat')[0]?.heartbeat.rollouts).toMatchObject([
      { state: 'Reverted', lastEventSeq: 9 },
    ]);
    driver.feed(answer());
    expect(driver.feed(dispatch())).toEqual([]);
  });

  test('of another host is not believed, but its numbers are', () => {
    const driver = new AgentDriver();
    driver.boot({ headers: [{ ...ended, record: { ...ended.record, hostname: 'web-02' } }] });
    driver.feed(answer());
    expect(driver.hasRecord()).toBe(false);
    expect(emitted(driver.feed(dispatch()))).toMatchObject([{ seq: 65 }]);
  });
});

test('a convergence in the outbox counts, although the header was written while a probe failed', () => {
  const probes = {
    http: { status: 'fail', mode: 'enforce', lastObservedAt: START, lastPassAt: null, failureReason: 'down' },
  } as const;
  const record = {
    ...ended.record,
    state: 'Soaking' as const,
    revertedAt: null,
    revertedTo: null,
    currentClosure: NEW_CLOSURE,
    soakDueAt: START,
    probes,
  };
  const event = { type: 'Converged', convergedAt: START + MINUTE, currentClosure: NEW_CLOSURE, seq: 12 } as const;
  const driver = new AgentDriver();
  driver.boot({
    runningClosure: NEW_CLOSURE,
    headers: [{ ...ended, record }],
    outbox: [{ rolloutId: ROLLOUT, event, durable: true }],
  });
  expect(driver.record()).toMatchObject({ state: 'Converged', lastEventSeq: 12 });
});

describe('rule 11: numbers go on after everything that may have been used', () => {
  const next = (driver: AgentDriver): number | undefined =>
    emitted(driver.feed({ type: 'ActivationStarted', rolloutId: ROLLOUT, switchMethod: 'switch' }))[0]?.seq;

  test('after what the header reserved, even where the snapshot and the outbox know less', () => {
    const driver = new AgentDriver();
    driver.boot({ headers: [header] });
    driver.feed(answer({ bootstrapRollouts: [activating] }));
    expect(next(driver)).toBe(65);
    expect(ofType(driver.effects, 'WriteOutboxHeader')[0]?.header.numberedTo).toBe(128);
  });

  test('after the snapshot, where that is highest', () => {
    const driver = new AgentDriver();
    driver.boot({ manifests });
    driver.feed(answer({ bootstrapRollouts: [{ ...activating, lastEventSeq: 500 }] }));
    expect(next(driver)).toBe(501);
  });

  test('after the outbox, where that is highest', () => {
    const driver = new AgentDriver();
    const later = [69, 70].map((seq) => ({ ...started, event: { ...started.event, seq } }));
    driver.boot({ manifests, outbox: [ack, ...later] });
    driver.feed(answer({ bootstrapRollouts: [snapshot()] }));
    expect(next(driver)).toBe(71);
  });

  test('after the outbox, where nothing else is known', () => {
    const driver = new AgentDriver();
    const outbox = [1, 69, 70].map((seq) => ({ ...started, event: { ...started.event, seq } }));
    driver.boot({ outbox });
    driver.feed({ type: 'HeartbeatUnanswered' });
    expect(emitted(driver.feed(dispatch()))).toMatchObject([{ type: 'DispatchAck', seq: 71 }]);
  });

  test('for a dispatch that comes again after the memory of it was lost', () => {
    const driver = new AgentDriver();
    driver.boot({ headers: [header] });
    driver.feed({ type: 'HeartbeatUnanswered' });
    expect(emitted(driver.feed(dispatch()))).toMatchObject([{ type: 'DispatchAck', seq: 65 }]);
  });
});

describe('rule 11: which rollout is the active one', () => {
  type Told = Partial<Pick<typeof pending, 'state' | 'dispatchAckedAt' | 'dispatchedAt'>>;
  const told = (rolloutId: string, fields: Told): OutboxHeader => ({
    rolloutId,
    manifest: manifest({ rolloutId }),
    record: { ...pending, state: 'Converged', dispatchedAt: 5, dispatchAckedAt: 50, ...fields, rolloutId },
    numberedTo: 64,
  });

  test.each<readonly [string, Told, Told]>([
    ['acknowledged last', { dispatchAckedAt: 60, dispatchedAt: 1 }, { dispatchAckedAt: 50, dispatchedAt: 9 }],
    ['acknowledged at all', { dispatchedAt: 1 }, { dispatchAckedAt: null, dispatchedAt: 9 }],
    ['dispatched last, where that is the same', { dispatchedAt: 9 }, { dispatchedAt: 5 }],
    [
      'dispatched last, where none was acknowledged',
      { dispatchAckedAt: null, dispatchedAt: 9 },
      { dispatchAckedAt: null },
    ],
    ['greatest by name, where all is the same', {}, {}],
    ['begun', { dispatchAckedAt: 1 }, { state: 'Pending', dispatchAckedAt: 90 }],
  ])('the one that was %s', (what, newest, older) => {
    // By name it comes last, unless that is what decides.
    const [winner, other] = what.startsWith('greatest') ? ['stable@z', 'stable@a'] : ['stable@a', 'stable@z'];
    const headers = [told(winner, newest), told(other, older)];
    for (const inOrder of [headers, headers.toReversed()]) {
      const driver = new AgentDriver();
      driver.boot({ headers: inOrder });
      expect(driver.agent.activeRolloutId).toBe(winner);
      expect(driver.agent.rollouts.at(-1)?.rolloutId).toBe(winner);
    }
  });

  test('whatever the order in which snapshots tell of them', () => {
    const snapshotsOf = (...of: readonly (readonly [string, number])[]) =>
      of.map(([rolloutId, dispatchedAt]) => ({ ...soaking, rolloutId, dispatchedAt }));
    const active = (...answers: readonly ReturnType<typeof snapshotsOf>[]) => {
      const driver = new AgentDriver().start();
      for (const snapshots of answers) {
        driver.feed(
          answer({
            bootstrapRollouts: snapshots,
            manifests: snapshots.map(({ rolloutId }) => manifest({ rolloutId })),
          }),
        );
      }
      return driver.agent.activeRolloutId;
    };
    expect(active(snapshotsOf(['stable@a', 9], ['stable@z', 5]))).toBe('stable@a');
    expect(active(snapshotsOf(['stable@z', 5]), snapshotsOf(['stable@a', 5]))).toBe('stable@z');
  });

  test('the others stand in the order of their dispatch, those of an unknown age first', () => {
    const driver = new AgentDriver();
    driver.boot({
      headers: [
        told('stable@newest', { dispatchAckedAt: 99, dispatchedAt: 1 }),
        told('stable@b', { dispatchedAt: 7 }),
        told('stable@c', { dispatchedAt: 3 }),
        told('stable@a', { dispatchedAt: 7 }),
      ],
      outbox: ['stable@y', 'stable@x'].map((rolloutId) => ({ ...ack, rolloutId })),
    });
    expect(driver.agent.rollouts.map(({ rolloutId }) => rolloutId.slice(7))).toEqual([
      'x',
      'y',
      'c',
      'a',
      'b',
      'newest',
    ]);
  });
});

describe('rule 11: what was under way is resumed', () => {
  const resumed = (state: typeof activating, boot: Parameters<AgentDriver['boot']>[0] = {}) => {
    const driver = new AgentDriver();
    driver.boot({ manifests, ...boot });
    driver.feed(answer({ bootstrapRollouts: [state] }));
    return driver;
  };

  test('Activating: the switch again, unless the target runs', () => {
    expect(types(resumed(activating).effects)).toContain('LocalFireSwitch');
    expect(types(resumed(activating, { runningClosure: NEW_CLOSURE }).effects)).not.toContain('LocalFireSwitch');
  });

  test('Deferred: a reboot that did not help is a failed activation, and no rollback follows', () => {
    const deferred = { ...activating, state: 'Deferred' } as const;
    const rebooted = resumed(deferred, { rebooted: true });
    expect(emittedTypes(rebooted.effects)).toEqual(['ActivationFailed']);
    expect(types(rebooted.effects)).not.toContain('LocalFireRollbackTo');
    expect(emittedTypes(resumed(deferred).effects)).toEqual([]);
    expect(emittedTypes(resumed(deferred, { rebooted: true, runningClosure: NEW_CLOSURE }).effects)).toEqual([]);
  });

  test('Failed: the rollback again, under its policy, unless the closure from before runs or none is known', () => {
    const onNew = { runningClosure: NEW_CLOSURE };
    expect(ofType(resumed(failed, onNew).effects, 'LocalFireRollbackTo')).toEqual([
      { type: 'LocalFireRollbackTo', rolloutId: ROLLOUT, closure: OLD_CLOSURE },
    ]);
    expect(types(resumed(failed).effects)).not.toContain('LocalFireRollbackTo');
    expect(types(resumed({ ...failed, currentClosureAtDispatch: null }, onNew).effects)).not.toContain(
      'LocalFireRollbackTo',
    );
    expect(
      types(resumed(failed, { ...onNew, manifests: [manifest({ onHealthFailure: 'halt' })] }).effects),
    ).not.toContain('LocalFireRollbackTo');
    expect(
      ofType(resumed({ ...failed, currentClosureAtDispatch: '' }, onNew).effects, 'LocalFireRollbackTo')[0]?.closure,
    ).toBe('');
  });

  test('nothing where nothing was begun, or all is over', () => {
    const { agent } = new AgentDriver();
    for (const state of ['Pending', 'Soaking', 'Converged', 'Reverted'] as const) {
      expect(AGENT_PARTS.resumption(agent, { ...pending, state }, manifest().policy, START)).toBeNull();
    }
  });

  test('Soaking: the probes from the start, once', () => {
    const driver = resumed(soaking, { runningClosure: NEW_CLOSURE });
    expect(work(driver.effects)).toEqual(['LocalResetProbeCache', 'LocalEmitEvent', 'SendEvent', 'StartProbes']);
  });

  test('only the newest activated one; the others are history', () => {
    const driver = new AgentDriver();
    const older = { ...activating, rolloutId: 'stable@r0', dispatchAckedAt: START - MINUTE };
    driver.boot({ manifests: [manifest({ rolloutId: 'stable@r0' }), ...manifests], runningClosure: NEW_CLOSURE });
    const effects = driver.feed(answer({ bootstrapRollouts: [soaking, older] }));
    expect(types(effects)).not.toContain('LocalFireSwitch');
    expect(driver.agent.activeRolloutId).toBe(ROLLOUT);
  });
});
