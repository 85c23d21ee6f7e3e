import { describe, expect, test } from 'vitest';
import { someEnforceProbe } from '../../src/agent/probes.ts';
import {
  AgentDriver,
  completed,
  dispatch,
  emitted,
  emittedTypes,
  logLevels,
  manifest,
  NEW_CLOSURE,
  ofType,
  OLD_CLOSURE,
  ROLLOUT,
  types,
} from './agent-driver.ts';

describe('rule 5: probes', () => {
  test('a completed activation is reported, then the declared probes, and then the probes run', () => {
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

  test('a deferred activation is reported, and the host waits for its reboot', () => {
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

test('a status without a probe, or a probe without a status, is a bug', () => {
  const { agent } = new AgentDriver().soak();
  const isAny = () => true;
  expect(() => someEnforceProbe({ ...agent, probes: [] }, isAny)).toThrow('more statuses than declared probes');
  const statuses = new Array<'pass' | null>(1);
  expect(() => someEnforceProbe({ ...agent, probeRuns: { ...agent.probeRuns, statuses } }, isAny)).toThrow(
    'more statuses than declared probes',
  );
});
