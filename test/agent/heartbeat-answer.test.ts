import { describe, expect, test } from 'vitest';
import {
  activating,
  AgentDriver,
  answer,
  dispatch,
  emitted,
  failed,
  header,
  manifest,
  manifests,
  MINUTE,
  NEW_CLOSURE,
  ofType,
  OLD_CLOSURE,
  pending,
  ROLLOUT,
  snapshot,
  soaking,
  START,
  types,
  work,
} from './agent-driver.ts';

describe('rule 10: heartbeat', () => {
  test('a snapshot never moves a record back or sideways', () => {
    const driver = new AgentDriver().soak();
    const before = driver.agent;
    for (const lastEventSeq of [0, 3, 4]) {
      expect(driver.feed(answer({ bootstrapRollouts: [{ ...failed, lastEventSeq }], manifests }))).toEqual([]);
    }
    expect(driver.agent).toBe(before);
  });

  // A failed activation that nobody hears of: the closure had moved, Soaking was made up, and the failure was illegal
  // then.
  test('while its own worker is running, nothing is taken over: the worker may still fail', () => {
    const driver = new AgentDriver().start();
    driver.feed(dispatch());
    const before = driver.record();
    driver.feed(answer({ bootstrapRollouts: [soaking], manifests }));
    expect(driver.record()).toBe(before);
    driver.feed({ type: 'ActivationFailed', rolloutId: ROLLOUT, exitCode: 4, stderrTail: '' });
    expect(driver.record()).toMatchObject({ state: 'Failed', lastEventSeq: 2 });
  });

  test('while the worker of another rollout is running, a snapshot is taken over', () => {
    const driver = new AgentDriver();
    driver.boot({
      headers: [{ ...header, record: { ...pending, ...activating } }],
      workers: [{ kind: 'rollback', rolloutId: 'stable@r0' }],
    });
    driver.feed(answer({ bootstrapRollouts: [soaking] }));
    expect(driver.record()).toMatchObject({ state: 'Soaking', currentClosure: NEW_CLOSURE });
  });

  // Rule 8: only the next boot tries a failed rollback again.
  test('a newer snapshot in the same state does not repeat a failed rollback', () => {
    const driver = new AgentDriver().soak();
    driver.probe('http', 'fail');
    driver.tick(2 * MINUTE);
    driver.feed({ type: 'RollbackFailed', rolloutId: ROLLOUT, exitCode: 1, stderrTail: '' });
    const newer = snapshot({ ...driver.record(), lastEventSeq: 90 });
    const effects = driver.feed(answer({ bootstrapRollouts: [newer] }));
    expect(driver.record()).toMatchObject({ state: 'Failed', lastEventSeq: 90 });
    expect(types(effects)).not.toContain('LocalFireRollbackTo');
    expect(driver.agent.workers).toEqual([]);
  });

  test('an answer without a newer snapshot changes nothing, and no rollout is forgotten', () => {
    const driver = new AgentDriver({ settings: { maxRollouts: 1 } }).start();
    for (const rolloutId of ['stable@a', 'stable@b']) driver.defer(rolloutId);
    driver.deliverAll('stable@a');
    const before = driver.agent;
    expect(driver.feed(answer())).toEqual([]);
    expect(driver.agent).toBe(before);
  });

  test('a rollout that a snapshot reports has no request in flight', () => {
    const driver = new AgentDriver().start();
    driver.feed(answer({ bootstrapRollouts: [failed], manifests: [manifest({ onHealthFailure: 'halt' })] }));
    expect(driver.agent.rollouts).toMatchObject([
      { undelivered: [], inFlight: 0, failedAttempts: 0, isHastened: false, recovered: [] },
    ]);
  });

  // The control plane had lost its database, and so never dispatched the host: its record has no end of the soak.
  test("a snapshot without soakDueAt keeps the agent's own", () => {
    const driver = new AgentDriver().soak();
    const soakDueAt = driver.record().soakDueAt;
    expect(soakDueAt).not.toBeNull();
    driver.feed(answer({ bootstrapRollouts: [{ ...soaking, soakDueAt: null, lastEventSeq: 90 }], manifests }));
    expect(driver.record()).toMatchObject({ state: 'Soaking', lastEventSeq: 91, soakDueAt });
  });

  test('never takes over a Pending snapshot, whatever its number', () => {
    const driver = new AgentDriver().soak();
    const before = driver.agent;
    const pending = { ...failed, state: 'Pending', lastEventSeq: 90 } as const;
    expect(driver.feed(answer({ bootstrapRollouts: [pending], manifests }))).toEqual([]);
    expect(driver.agent).toBe(before);
  });

  test('taking over keeps what a snapshot does not contain', () => {
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

  test('the numbers in a snapshot survive a crash, even if the state is the same', () => {
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

  test('one with an unknown failure rolls back', () => {
    const driver = new AgentDriver().soak();
    const newer = { ...failed, currentClosure: NEW_CLOSURE, lastEventSeq: 90 };
    const effects = driver.feed(answer({ bootstrapRollouts: [newer], manifests }));
    expect(ofType(effects, 'LocalFireRollbackTo')).toMatchObject([{ closure: OLD_CLOSURE }]);
  });

  test('one that knows more about the activation starts the probes', () => {
    const driver = new AgentDriver();
    driver.boot({ runningClosure: NEW_CLOSURE });
    driver.feed(answer({ bootstrapRollouts: [activating], manifests }));
    expect(driver.record().state).toBe('Activating');
    const effects = driver.feed(answer({ bootstrapRollouts: [soaking], manifests }));
    expect(driver.record().state).toBe('Soaking');
    expect(types(effects)).toContain('StartProbes');
  });

  test('for another host, another closure, or without a manifest is not taken over', () => {
    const driver = new AgentDriver().start();
    const logged = (taken: typeof soaking, signed: typeof manifests) =>
      ofType(driver.feed(answer({ bootstrapRollouts: [taken], manifests: signed })), 'EmitLog');
    const contradicted = expect.stringContaining('another target closure or host');
    expect(logged({ ...soaking, hostname: 'web-02' }, manifests)).toMatchObject([
      {
        level: 'error',
        message: expect.stringContaining('web-02'),
        fields: { code: 'snapshot-of-another', rolloutId: ROLLOUT },
      },
    ]);
    expect(logged({ ...soaking, targetClosure: 'evil' }, manifests)).toMatchObject([
      {
        level: 'error',
        message: contradicted,
        fields: {
          code: 'snapshot-contradicted',
          rolloutId: ROLLOUT,
          targetClosure: 'evil',
          manifestTargetClosure: NEW_CLOSURE,
          manifestHostname: 'web-01',
        },
      },
    ]);
    expect(logged(soaking, [manifest({ hostname: 'web-02' })])).toMatchObject([
      { level: 'error', message: contradicted, fields: { code: 'snapshot-contradicted', manifestHostname: 'web-02' } },
    ]);
    expect(logged(soaking, [])).toMatchObject([
      {
        level: 'warn',
        message: expect.stringContaining('no signed manifest'),
        fields: { code: 'snapshot-not-signed', rolloutId: ROLLOUT },
      },
    ]);
    expect(driver.agent.rollouts).toEqual([]);
  });

  test('is checked against the manifest of its own rollout', () => {
    const other = manifest({ rolloutId: 'stable@r0', targetClosure: 'sha256-other' });
    const driver = new AgentDriver().start();
    driver.feed(answer({ bootstrapRollouts: [soaking], manifests: [other, manifest()] }));
    expect(driver.record().state).toBe('Soaking');
  });

  test('without an answer changes nothing once the boot is over', () => {
    const driver = new AgentDriver().soak();
    expect(driver.feed({ type: 'HeartbeatUnanswered' })).toEqual([]);
  });

  test('of several the order in which they came does not matter', () => {
    const ids = ['stable@r3', 'stable@r1', 'stable@r2'];
    const answers = ids.map((rolloutId) => ({ ...soaking, rolloutId }));
    const known = ids.map((rolloutId) => manifest({ rolloutId }));
    const turns = [answers, answers.toReversed(), answers.slice(0, 2), answers.slice(0, 2).toReversed()].map(
      (snapshots) => {
        const driver = new AgentDriver().start();
        const effects = driver.feed(answer({ bootstrapRollouts: snapshots, manifests: known }));
        return { agent: driver.agent, effects };
      },
    );
    expect(turns[1]).toEqual(turns[0]);
    expect(turns[3]).toEqual(turns[2]);
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
