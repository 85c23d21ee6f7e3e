import { describe, expect, test } from 'vitest';
import {
  AgentDriver,
  answer,
  boot,
  completed,
  dispatch,
  emitted,
  header,
  manifest,
  MINUTE,
  NEW_CLOSURE,
  ofType,
  OLD_CLOSURE,
  PROBES,
  ROLLOUT,
  SECOND,
  snapshot,
  START,
  types,
} from './agent-driver.ts';
import { tickDueAt } from '../../src/agent/index.ts';

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

  test('ends the soak: later ticks decide nothing more', () => {
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

  test('does not happen on a closure other than the target, and logs nothing at every tick', () => {
    const driver = new AgentDriver().start();
    driver.feed(dispatch({ soakDueAt: null }));
    driver.feed({ ...completed, observedCurrentClosure: 'sha256-third' });
    driver.probe('http', 'pass');
    expect(driver.tick()).toEqual([]);
    expect(driver.record().state).toBe('Soaking');
  });

  test('does not happen while something else runs, switched by hand since the activation', () => {
    const driver = new AgentDriver().soak({ soakDueAt: null });
    driver.probe('http', 'pass');
    driver.feed({ type: 'RunningClosureChanged', runningClosure: OLD_CLOSURE });
    expect(driver.tick()).toEqual([]);
    expect(driver.record().state).toBe('Soaking');
    driver.feed({ type: 'RunningClosureChanged', runningClosure: NEW_CLOSURE });
    driver.tick();
    expect(driver.record()).toMatchObject({ state: 'Converged', currentClosure: NEW_CLOSURE });
  });

  test('does not happen if the activation led to another closure, although someone switched to the target since', () => {
    const driver = new AgentDriver().start();
    driver.feed(dispatch({ soakDueAt: null }));
    driver.feed({ ...completed, observedCurrentClosure: 'sha256-third' });
    driver.probe('http', 'pass');
    driver.feed({ type: 'RunningClosureChanged', runningClosure: NEW_CLOSURE });
    expect(driver.tick()).toEqual([]);
    expect(driver.record()).toMatchObject({ state: 'Soaking', currentClosure: 'sha256-third' });
  });

  test('only counts reports since the last reset', () => {
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

/** In milliseconds from now. */
const dueIn = (driver: AgentDriver): number => tickDueAt(driver.agent) - driver.now;

describe('the next tick that does something', () => {
  test('never, before the boot', () => {
    expect(tickDueAt(new AgentDriver().agent)).toBe(Infinity);
  });

  test('is the timeout of the boot answer, or an earlier heartbeat', () => {
    const patient = new AgentDriver({ settings: { bootAnswerSecs: 90 } });
    patient.boot();
    expect(dueIn(patient)).toBe(60 * SECOND);
    const usual = new AgentDriver();
    usual.boot();
    expect(dueIn(usual)).toBe(30 * SECOND);
    usual.feed({ type: 'HeartbeatUnanswered' }, 10 * SECOND);
    expect(dueIn(usual)).toBe(50 * SECOND);
  });

  test('is the next heartbeat, where nothing soaks', () => {
    const driver = new AgentDriver().start();
    driver.feed(dispatch({ soakDueAt: null }), 20 * SECOND);
    expect(driver.record().state).toBe('Activating');
    expect(dueIn(driver)).toBe(40 * SECOND);
  });

  test('is the end of the soak once every probe passes, and the next heartbeat before that', () => {
    const due = (soakDueAt: number | null) => {
      const driver = new AgentDriver({ settings: { heartbeatSecs: 600 } }).soak({ soakDueAt });
      const before = dueIn(driver);
      driver.probe('http', 'pass');
      return [before, dueIn(driver)];
    };
    expect(due(START + 5 * MINUTE)).toEqual([10 * MINUTE, 5 * MINUTE]);
    expect(due(START + 10 * MINUTE)).toEqual([10 * MINUTE, 10 * MINUTE]);
    expect(due(START + 30 * MINUTE)).toEqual([10 * MINUTE, 10 * MINUTE]);
    expect(due(null)).toEqual([10 * MINUTE, -Infinity]);
  });

  test('is the crossing of the threshold, where an enforce probe fails', () => {
    const driver = new AgentDriver({ settings: { heartbeatSecs: 600 } }).soak();
    driver.probe('http', 'fail');
    expect(dueIn(driver)).toBe(120 * SECOND);
  });

  test('is the next heartbeat, if no number was left to record the failure of a probe', () => {
    const driver = new AgentDriver();
    const record = { ...new AgentDriver().soak().record(), soakDueAt: null };
    const numberedTo = Number.MAX_SAFE_INTEGER - 1;
    driver.boot({ runningClosure: NEW_CLOSURE, headers: [{ ...header, record, numberedTo }] });
    driver.feed(answer());
    expect(driver.agent.probeRuns.isRunning).toBe(true);
    driver.probe('http', 'fail');
    expect(driver.record().probeFailureFirstAt).toBeNull();
    expect(dueIn(driver)).toBe(60 * SECOND);
  });

  test('is the next heartbeat once the soak is over', () => {
    const driver = new AgentDriver().soak({ soakDueAt: null });
    driver.probe('http', 'pass');
    driver.tick(SECOND);
    expect(driver.record().state).toBe('Converged');
    expect(dueIn(driver)).toBe(59 * SECOND);
  });

  test('is the first tick that does something', () => {
    const driver = new AgentDriver({ settings: { heartbeatSecs: 600 } }).soak({ soakDueAt: START + MINUTE });
    driver.probe('http', 'pass');
    const wait = dueIn(driver);
    expect(driver.tick(wait - 1)).toEqual([]);
    expect(types(driver.tick(1))).toContain('LocalEmitEvent');
  });
});

describe('an agent at rest', () => {
  test('only sends heartbeats, however long it ticks', () => {
    const driver = new AgentDriver().start();
    for (let tick = 0; tick < 100; tick += 1) {
      const isDue = dueIn(driver) <= 10 * SECOND;
      expect(types(driver.tick(10 * SECOND))).toEqual(isDue ? ['SendHeartbeat'] : []);
    }
  });
});

describe('a tick', () => {
  test('at the very moment of a heartbeat sends no second one', () => {
    const driver = new AgentDriver().start();
    expect(ofType(driver.tick(60 * SECOND), 'SendHeartbeat')).toHaveLength(1);
    expect(driver.tick(0)).toEqual([]);
  });

  test('decides nothing while waiting for the answer to the boot heartbeat, from the moment of the boot', () => {
    const sweeps: string[] = [];
    const driver = new AgentDriver({
      rules: {
        sweep: (_agent, { rolloutId }) => {
          sweeps.push(rolloutId);
          return null;
        },
      },
    });
    const record = { ...new AgentDriver().soak().record() };
    const manifest = dispatch().manifest;
    driver.feed(
      boot({
        runningClosure: NEW_CLOSURE,
        manifests: [manifest],
        headers: [{ rolloutId: ROLLOUT, manifest, record, numberedTo: 64, bootId: null, activation: 1 }],
      }),
    );
    expect(driver.tick(0)).toEqual([]);
    expect([driver.agent.phase, sweeps]).toEqual(['awaiting-answer', []]);
    driver.tick(SECOND);
    expect([driver.agent.phase, sweeps]).toEqual(['awaiting-answer', []]);
    driver.tick(30 * SECOND);
    expect([driver.agent.phase, sweeps]).toEqual(['working', [ROLLOUT]]);
  });

  test('stops waiting for the answer if the clock was set back to before the boot', () => {
    const driver = new AgentDriver();
    driver.boot();
    driver.tick(-1);
    expect(driver.agent.phase).toBe('working');
  });
});
