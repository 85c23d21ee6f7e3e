import { describe, expect, test } from 'vitest';
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
  PROBES,
  ROLLOUT,
  SECOND,
  snapshot,
  START,
  types,
} from './agent-driver.ts';

const completed = {
  type: 'ActivationCompleted',
  rolloutId: ROLLOUT,
  observedCurrentClosure: NEW_CLOSURE,
  exitCode: 0,
} as const;

describe('rule 5: probes', () => {
  test('a completed activation reports itself, then the declared set, and then the probes run', () => {
    const driver = new AgentDriver().start();
    driver.feed(dispatch());
    const effects = driver.feed(completed);
    expect(types(effects)).toEqual([
      'LocalResetProbeCache',
      'LocalEmitEvent',
      'RecordTransition',
      'WriteOutboxHeader',
      'LocalEmitEvent',
      'StartProbes',
    ]);
    expect(emitted(effects).map(({ type, seq }) => [type, seq])).toEqual([
      ['ActivationCompleted', 2],
      ['ProbeTopologyDeclared', 3],
    ]);
  });

  test('the disabled are declared and do not run; none runs more often than every 5 s', () => {
    const driver = new AgentDriver().soak();
    expect(emitted(driver.effects)[1]).toMatchObject({
      probes: [
        { probeName: 'http', kind: 'http', mode: 'enforce' },
        { probeName: 'disk', kind: 'evidence', mode: 'observe' },
        { probeName: 'off', kind: 'http', mode: 'disabled' },
      ],
    });
    expect(ofType(driver.effects, 'StartProbes')[0]).toMatchObject({
      generation: 1,
      probes: [
        { probeName: 'http', intervalMs: 30_000 },
        { probeName: 'disk', intervalMs: 5000 },
      ],
    });
  });

  test('an unknown mode counts as enforce, an unreadable interval as the shortest, a name counts once', () => {
    const odd = { kind: 'http', mode: 'enforec', intervalSecs: Number.NaN };
    const driver = new AgentDriver({
      probes: [
        { probeName: '__proto__', ...odd },
        { probeName: 'p', ...odd, mode: 'observe', intervalSecs: -1 },
        { probeName: 'p', ...odd },
      ],
    }).soak();
    expect(driver.agent.probes).toEqual([
      { probeName: '__proto__', kind: 'http', mode: 'enforce', intervalMs: 5000 },
      { probeName: 'p', kind: 'http', mode: 'observe', intervalMs: 5000 },
    ]);
    driver.probe('__proto__', 'fail');
    expect(Object.keys(driver.record().probes)).toEqual(['__proto__']);
  });

  test('without probes the empty set is declared and nothing runs', () => {
    const driver = new AgentDriver({ probes: [] }).soak();
    expect(emitted(driver.effects)[1]).toMatchObject({ type: 'ProbeTopologyDeclared', probes: [] });
    expect(types(driver.effects)).not.toContain('StartProbes');
    expect(types(driver.feed(dispatch({ manifest: manifest({ rolloutId: 'stable@r2' }) })))).not.toContain(
      'StopProbes',
    );
  });

  test('each run yields its events in order', () => {
    const driver = new AgentDriver().soak();
    expect(emittedTypes(driver.probe('http', 'fail'))).toEqual([
      'ProbeObservedFirst',
      'ProbeFailureFirst',
      'ProbeResult',
    ]);
    expect(emittedTypes(driver.probe('http', 'fail'))).toEqual(['ProbeResult']);
    expect(emittedTypes(driver.probe('http', 'pass'))).toEqual(['ProbeResult']);
    expect(emittedTypes(driver.probe('http', 'fail'))).toEqual(['ProbeFailureFirst', 'ProbeResult']);
    expect(emittedTypes(driver.probe('disk', 'pass'))).toEqual(['ProbeObservedFirst', 'ProbeResult']);
    expect(logLevels(driver.effects)).toEqual([]);
  });

  test('the last of each run is remembered, until the probes stop', () => {
    const driver = new AgentDriver().soak({ soakDueAt: null });
    expect(driver.agent.probeRuns).toEqual({ generation: 1, isRunning: true, statuses: [null, null, null] });
    driver.probe('disk', 'fail');
    expect(driver.agent.probeRuns.statuses).toEqual([null, 'fail', null]);
    const { probeRuns } = driver.agent;
    driver.probe('disk', 'fail');
    expect(driver.agent.probeRuns).toBe(probeRuns);
    driver.probe('http', 'pass');
    driver.tick();
    expect(driver.agent.probeRuns).toEqual({ generation: 1, isRunning: false, statuses: [] });
  });

  test('only what a worker observed running counts as what runs', () => {
    const driver = new AgentDriver().start();
    driver.feed(dispatch());
    driver.feed({ type: 'ActivationStarted', rolloutId: ROLLOUT, switchMethod: 'switch' });
    expect(driver.agent.runningClosure).toBe(OLD_CLOSURE);
    driver.feed(completed);
    expect(driver.agent.runningClosure).toBe(NEW_CLOSURE);
  });

  test('a deferred activation is told, and the host waits for its reboot', () => {
    const driver = new AgentDriver().start();
    driver.feed(dispatch());
    const effects = driver.feed({ type: 'ActivationDeferred', rolloutId: ROLLOUT, component: 'kernel' });
    expect(emitted(effects)).toEqual([
      { type: 'ActivationDeferred', component: 'kernel', deferredAt: driver.now, seq: 2 },
    ]);
    expect(driver.record().state).toBe('Deferred');
  });

  test('sub-results and reasons are carried unchanged', () => {
    const driver = new AgentDriver().soak();
    const subResults = [
      { controlId: 'c', status: 'fail', framework: 'f', article: null, effectiveMode: 'observe', overrideReason: '' },
    ] as const;
    const effects = driver.probe('disk', 'pass', { failureReason: 'odd', subResults });
    expect(emitted(effects).at(-1)).toMatchObject({ failureReason: 'odd', subResults });
  });

  test('stale, unknown and disabled probes are dropped', () => {
    const driver = new AgentDriver().soak();
    const before = driver.agent;
    expect(driver.probe('http', 'fail', { generation: 0 })).toEqual([]);
    expect(driver.probe('http', 'fail', { rolloutId: 'stable@other' })).toEqual([]);
    expect(logLevels(driver.probe('nobody', 'fail'))).toEqual(['warn']);
    expect(logLevels(driver.probe('off', 'fail'))).toEqual(['warn']);
    expect(driver.agent).toBe(before);
  });

  test('stop when the soak ends', () => {
    const driver = new AgentDriver().soak({ soakDueAt: null });
    driver.probe('http', 'pass');
    expect(types(driver.tick())).toEqual(['LocalEmitEvent', 'RecordTransition', 'WriteOutboxHeader', 'StopProbes']);
    expect(driver.record().state).toBe('Converged');
    expect(driver.probe('http', 'fail')).toEqual([]);
    expect(driver.tick()).toEqual([]);
  });
});

describe('rule 6: sustained failure', () => {
  test('crosses the threshold on the tick at which it is reached, with the failing enforce probes sorted', () => {
    const probes = ['b', 'a', 'c', 'B'].map((probeName) => ({
      probeName,
      kind: 'http',
      mode: probeName === 'c' ? 'observe' : 'enforce',
      intervalSecs: 5,
    }));
    const driver = new AgentDriver({ probes }).soak();
    for (const { probeName } of probes) driver.probe(probeName, 'fail');
    expect(emitted(driver.tick(120 * SECOND - 1))).toEqual([]);
    const effects = driver.tick(1);
    expect(emitted(effects)).toMatchObject([
      {
        type: 'Failed',
        failedAt: driver.now,
        sustainedDurationSecs: 120,
        failingProbes: ['B', 'a', 'b'],
        policyApplied: 'rollback-and-halt',
      },
    ]);
    expect(ofType(effects, 'LocalFireRollbackTo')).toEqual([
      { type: 'LocalFireRollbackTo', rolloutId: ROLLOUT, closure: OLD_CLOSURE },
    ]);
    expect(ofType(effects, 'StopProbes')).toHaveLength(1);
  });

  test('names only the enforce probes that fail now', () => {
    const probes = ['a', 'b'].map((probeName) => ({ probeName, kind: 'http', mode: 'enforce', intervalSecs: 5 }));
    const driver = new AgentDriver({ probes }).soak();
    driver.probe('a', 'fail');
    driver.probe('b', 'fail');
    driver.probe('a', 'pass');
    expect(emitted(driver.tick(120 * SECOND))).toMatchObject([{ type: 'Failed', failingProbes: ['b'] }]);
  });

  test('is the end of it: later ticks decide nothing more', () => {
    const driver = new AgentDriver().soak();
    driver.probe('http', 'fail');
    driver.tick(120 * SECOND);
    expect(types(driver.tick(40 * MINUTE))).toEqual(['SendHeartbeat']);
  });

  test('takes the policy from the manifest', () => {
    const driver = new AgentDriver().soak({ manifest: manifest({ onHealthFailure: 'halt' }) });
    driver.probe('http', 'fail');
    const effects = driver.tick(120 * SECOND);
    expect(driver.record()).toMatchObject({ state: 'Failed', policyApplied: 'halt' });
    expect(types(effects)).not.toContain('LocalFireRollbackTo');
  });

  test('needs a probe that fails now and is enforced', () => {
    const driver = new AgentDriver().soak();
    driver.probe('disk', 'fail');
    driver.tick(10 * MINUTE);
    driver.probe('http', 'fail');
    driver.probe('http', 'pass');
    driver.tick(10 * MINUTE);
    expect(driver.record().state).toBe('Soaking');
  });

  test('comes before rule 7 on the same tick', () => {
    const driver = new AgentDriver().soak({ soakDueAt: null });
    driver.probe('http', 'fail');
    driver.tick(120 * SECOND);
    expect(driver.record().state).toBe('Failed');
  });
});

describe('rule 7: convergence', () => {
  test('at the moment the soak is due, not before', () => {
    const driver = new AgentDriver().soak();
    driver.probe('http', 'pass');
    expect(types(driver.tick(30 * MINUTE - 1))).toEqual(['SendHeartbeat']);
    expect(emitted(driver.tick(1))).toMatchObject([
      { type: 'Converged', convergedAt: START + 30 * MINUTE, currentClosure: NEW_CLOSURE },
    ]);
  });

  test('waits for every enforce probe to report, and for none to fail; the others do not count', () => {
    const probes = ['a', 'b'].map((probeName) => ({ probeName, kind: 'http', mode: 'enforce', intervalSecs: 5 }));
    const driver = new AgentDriver({ probes: [...probes, ...PROBES.slice(1)] }).soak({ soakDueAt: null });
    driver.probe('a', 'pass');
    driver.probe('disk', 'fail');
    driver.tick();
    expect(driver.record().state).toBe('Soaking');
    driver.probe('b', 'fail');
    driver.tick();
    expect(driver.record().state).toBe('Soaking');
    driver.probe('b', 'pass');
    driver.tick();
    expect(driver.record().state).toBe('Converged');
  });

  test('does not happen on another closure than the target, and says nothing at every tick', () => {
    const driver = new AgentDriver().start();
    driver.feed(dispatch({ soakDueAt: null }));
    driver.feed({ ...completed, observedCurrentClosure: 'sha256-third' });
    driver.probe('http', 'pass');
    expect(driver.tick()).toEqual([]);
    expect(driver.record().state).toBe('Soaking');
  });

  test('counts only reports since the last reset', () => {
    const driver = new AgentDriver().soak({ soakDueAt: null });
    driver.probe('http', 'pass');
    const newer = snapshot({ ...driver.record(), lastEventSeq: 60 });
    driver.feed(answer({ bootstrapRollouts: [newer], manifests: [manifest()] }));
    driver.tick();
    expect(driver.record().state).toBe('Soaking');
    driver.probe('http', 'pass');
    driver.tick();
    expect(driver.record().state).toBe('Converged');
  });
});

describe('rule 8: rollback', () => {
  test('a completed one ends Reverted, on the closure from before', () => {
    const driver = new AgentDriver().soak();
    driver.probe('http', 'fail');
    driver.tick(120 * SECOND);
    driver.feed({ type: 'RollbackCompleted', rolloutId: ROLLOUT, revertedToClosure: OLD_CLOSURE, exitCode: 0 });
    expect(driver.record()).toMatchObject({ state: 'Reverted', revertedTo: OLD_CLOSURE });
    expect(driver.agent.runningClosure).toBe(OLD_CLOSURE);
  });

  test('a failed one leaves the host Failed, with an error and a metric and no event', () => {
    const driver = new AgentDriver().soak();
    driver.probe('http', 'fail');
    driver.tick(120 * SECOND);
    const before = driver.agent;
    const effects = driver.feed({ type: 'RollbackFailed', rolloutId: ROLLOUT, exitCode: 4, stderrTail: 'no space' });
    expect(types(effects)).toEqual(['EmitLog', 'EmitMetric']);
    expect(logLevels(effects)).toEqual(['error']);
    expect(driver.agent).toBe(before);
  });

  test('a failed one that nothing asked for is a warning', () => {
    const driver = new AgentDriver().soak();
    expect(logLevels(driver.feed({ type: 'RollbackFailed', rolloutId: ROLLOUT, exitCode: 4, stderrTail: '' }))).toEqual(
      ['warn'],
    );
  });
});

describe('rule 9: a new rollout takes over', () => {
  const second = dispatch({
    manifest: manifest({ rolloutId: 'stable@r2', targetClosure: 'sha256-next' }),
    soakDueAt: null,
  });

  test('its dispatch stops the probes of the older, whose results are dropped', () => {
    const driver = new AgentDriver().soak({ soakDueAt: null });
    const effects = driver.feed(second);
    expect(effects[0]).toEqual({ type: 'StopProbes', generation: 1 });
    expect(driver.probe('http', 'pass', { rolloutId: ROLLOUT, generation: 1 })).toEqual([]);
    expect(driver.record('stable@r2').currentClosureAtDispatch).toBe(NEW_CLOSURE);
  });

  test('ticks follow it', () => {
    const driver = new AgentDriver().soak({ soakDueAt: null });
    driver.probe('http', 'pass');
    driver.feed(second);
    driver.tick();
    expect(driver.record().state).toBe('Soaking');
  });

  test('a late report about the older is recorded and starts nothing', () => {
    const driver = new AgentDriver().start();
    driver.feed(dispatch());
    driver.feed(second);
    expect(emittedTypes(driver.feed(completed))).toEqual(['ActivationCompleted']);
    expect(types(driver.effects)).not.toContain('StartProbes');
    expect(types(driver.effects)).not.toContain('LocalResetProbeCache');
    expect(driver.agent.activeRolloutId).toBe('stable@r2');
  });

  test('the older rolls nothing back any more', () => {
    const driver = new AgentDriver().start();
    driver.feed(dispatch());
    driver.feed(second);
    const effects = driver.feed({ type: 'ActivationFailed', rolloutId: ROLLOUT, exitCode: 1, stderrTail: '' });
    expect(driver.record().state).toBe('Failed');
    expect(types(effects)).not.toContain('LocalFireRollbackTo');
    expect(logLevels(effects)).toEqual(['warn']);
  });
});
