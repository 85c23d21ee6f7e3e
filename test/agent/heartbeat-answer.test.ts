import { describe, expect, test } from 'vitest';
import {
  activating,
  AgentDriver,
  answer,
  dispatch,
  emitted,
  failed,
  logLevels,
  manifest,
  manifests,
  MINUTE,
  NEW_CLOSURE,
  ofType,
  OLD_CLOSURE,
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
    expect(
      logLevels(driver.feed(answer({ bootstrapRollouts: [{ ...soaking, hostname: 'web-02' }], manifests }))),
    ).toEqual(['error']);
    expect(
      logLevels(driver.feed(answer({ bootstrapRollouts: [{ ...soaking, targetClosure: 'evil' }], manifests }))),
    ).toEqual(['error']);
    expect(logLevels(driver.feed(answer({ bootstrapRollouts: [soaking] })))).toEqual(['warn']);
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
    const agents = [answers, answers.toReversed(), answers.slice(0, 2), answers.slice(0, 2).toReversed()].map(
      (snapshots) => {
        const driver = new AgentDriver().start();
        driver.feed(answer({ bootstrapRollouts: snapshots, manifests: known }));
        return driver.agent;
      },
    );
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
