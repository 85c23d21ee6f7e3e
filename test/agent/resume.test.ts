import { describe, expect, test } from 'vitest';
import { AGENT_RULES, type OutboxHeader, type Worker } from '../../src/agent/index.ts';
import {
  activating,
  AgentDriver,
  answer,
  BOOT_ID,
  dispatch,
  emitted,
  emittedTypes,
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
  SECOND,
  soaking,
  START,
  types,
  work,
} from './agent-driver.ts';

const logCodes = ({ effects }: AgentDriver) => ofType(effects, 'EmitLog').map(({ fields }) => fields['code']);

describe('rule 11: work in progress is resumed', () => {
  const resumed = (state: typeof activating, boot: Parameters<AgentDriver['boot']>[0] = {}) => {
    const driver = new AgentDriver();
    driver.boot({ manifests, ...boot });
    driver.feed(answer({ bootstrapRollouts: [state] }));
    return driver;
  };

  test('Activating: repeats the switch, unless the target is running', () => {
    expect(types(resumed(activating).effects)).toContain('LocalFireSwitch');
    expect(types(resumed(activating, { runningClosure: NEW_CLOSURE }).effects)).not.toContain('LocalFireSwitch');
  });

  // A closure that an earlier rollout staged came up at the next boot (strange day 500,009,016).
  test('Activating: repeats the switch to a target that ran at dispatch, as another may be staged', () => {
    const again = { ...activating, currentClosureAtDispatch: NEW_CLOSURE };
    expect(types(resumed(again, { runningClosure: NEW_CLOSURE }).effects)).toContain('LocalFireSwitch');
  });

  test('Activating: the header then stores the boot in which it was resumed, unless it has it', () => {
    const written = (bootId: string) => {
      const driver = new AgentDriver();
      driver.boot({ headers: [{ ...header, record: { ...pending, ...activating }, bootId }] });
      return ofType(driver.feed(answer()), 'WriteOutboxHeader');
    };
    expect(written('boot-0')).toMatchObject([{ header: { bootId: BOOT_ID } }]);
    expect(written(BOOT_ID)).toEqual([]);
  });

  // An agent that died during its switch fired it again at boot, while the first still ran.
  test('Activating: a switch that is still running is waited for, and its report handled', () => {
    const driver = resumed(activating, { workers: [{ kind: 'switch', rolloutId: ROLLOUT }] });
    expect(types(driver.effects)).not.toContain('LocalFireSwitch');
    expect(logCodes(driver)).toEqual([]);
    expect(driver.feed(dispatch({ manifest: manifest({ rolloutId: 'stable@r2' }) }))).toEqual([]);
    driver.feed({ type: 'ActivationCompleted', rolloutId: ROLLOUT, observedCurrentClosure: NEW_CLOSURE, exitCode: 0 });
    expect(driver.record().state).toBe('Soaking');
    expect(driver.agent.workers).toEqual([]);
  });

  test('Activating: while the worker of an older rollout runs, the switch waits for its end', () => {
    const driver = resumed(activating, { workers: [{ kind: 'rollback', rolloutId: 'stable@r0' }] });
    expect(types(driver.effects)).not.toContain('LocalFireSwitch');
    expect(logCodes(driver)).toEqual(['work-waits']);
    const report = { type: 'RollbackFailed', rolloutId: 'stable@r0', exitCode: 1, stderrTail: '' } as const;
    expect(types(driver.feed(report))).toContain('LocalFireSwitch');
  });

  test('a rollback that is due during a switch waits for its end', () => {
    const driver = resumed(
      { ...soaking, currentClosureAtDispatch: OLD_CLOSURE },
      { workers: [{ kind: 'switch', rolloutId: ROLLOUT }], runningClosure: NEW_CLOSURE },
    );
    driver.probe('http', 'fail');
    driver.tick(120 * SECOND);
    expect(driver.record().state).toBe('Failed');
    expect(types(driver.effects)).not.toContain('LocalFireRollbackTo');
    const report = { type: 'ActivationFailed', rolloutId: ROLLOUT, exitCode: 1, stderrTail: '' } as const;
    expect(ofType(driver.feed(report), 'LocalFireRollbackTo')).toMatchObject([{ closure: OLD_CLOSURE }]);
  });

  describe('Deferred, and the machine was rebooted', () => {
    const deferred: OutboxHeader = {
      rolloutId: ROLLOUT,
      manifest: manifest(),
      record: { ...pending, ...activating, state: 'Deferred' },
      numberedTo: 64,
      bootId: 'boot-0',
      activation: 1,
    };
    const booted = (overrides: Parameters<AgentDriver['boot']>[0] = {}) => {
      const driver = new AgentDriver();
      driver.boot({ headers: [deferred], ...overrides });
      driver.feed(answer());
      return driver;
    };

    // It stayed Failed on the old closure, with no quarantine: the boot loader had put the old closure back.
    test('into the previous closure: the activation failed, and the rollback is already done', () => {
      const driver = booted();
      const said = `After the reboot the host runs ${OLD_CLOSURE}, not the deferred ${NEW_CLOSURE}.`;
      expect(emitted(driver.effects)).toMatchObject([
        { type: 'ActivationFailed', stderrTail: said },
        { type: 'RollbackComplete' },
      ]);
      expect(types(driver.effects)).not.toContain('LocalFireRollbackTo');
      expect(driver.record()).toMatchObject({ state: 'Reverted', revertedTo: OLD_CLOSURE });
    });

    test('into a third closure: rolls back', () => {
      const driver = booted({ runningClosure: 'sha256-third' });
      expect(emittedTypes(driver.effects)).toEqual(['ActivationFailed']);
      expect(ofType(driver.effects, 'LocalFireRollbackTo')).toMatchObject([{ closure: OLD_CLOSURE }]);
    });

    test('under halt: the activation failed, and nothing else', () => {
      const driver = booted({ headers: [{ ...deferred, manifest: manifest({ onHealthFailure: 'halt' }) }] });
      expect(emittedTypes(driver.effects)).toEqual(['ActivationFailed']);
      expect(driver.record().state).toBe('Failed');
    });

    test('into the target, or not at all: nothing', () => {
      expect(emittedTypes(booted({ runningClosure: NEW_CLOSURE }).effects)).toEqual([]);
      expect(emittedTypes(booted({ bootId: 'boot-0' }).effects)).toEqual([]);
    });

    // `rebooted` was true for the first life after a reboot only.
    test('and the agent died before reporting it: the next process knows', () => {
      const first = new AgentDriver();
      first.boot({ headers: [deferred] });
      const written = ofType(first.effects, 'WriteOutboxHeader').map(({ header }) => header);
      expect(emittedTypes(booted({ headers: [written.at(-1) ?? deferred] }).effects)).toContain('ActivationFailed');
    });

    test('a deferral belongs to the boot in which it was reported, which the header stores', () => {
      const driver = resumed(activating, { workers: [{ kind: 'switch', rolloutId: ROLLOUT }], bootId: 'boot-7' });
      driver.feed({ type: 'ActivationDeferred', rolloutId: ROLLOUT, component: 'kernel' });
      const [header] = ofType(driver.effects, 'WriteOutboxHeader')
        .map((effect) => effect.header)
        .slice(-1);
      expect(header).toMatchObject({ bootId: 'boot-7', record: { state: 'Deferred' } });
    });

    test('a deferral in an unknown boot does not count as one before a reboot', () => {
      const { agent } = new AgentDriver().start().defer(ROLLOUT);
      const [rollout] = agent.rollouts;
      if (rollout === undefined) throw new Error('The dispatch made no rollout.');
      const rebooted = (bootId: string | null) => AGENT_RULES.wasRebooted(agent, { ...rollout, bootId });
      expect([rebooted(null), rebooted(BOOT_ID), rebooted('boot-0')]).toEqual([false, false, true]);
    });

    test('one that only the snapshot knows counts from now on', () => {
      const driver = resumed({ ...activating, state: 'Deferred' });
      expect(emittedTypes(driver.effects)).toEqual([]);
      const [header] = ofType(driver.effects, 'WriteOutboxHeader')
        .map((effect) => effect.header)
        .slice(-1);
      expect(header).toMatchObject({ bootId: BOOT_ID, record: { state: 'Deferred' } });
    });
  });

  test('Failed: repeats the rollback if the policy says so and the previous closure is known', () => {
    const onNew = { runningClosure: NEW_CLOSURE };
    expect(ofType(resumed(failed, onNew).effects, 'LocalFireRollbackTo')).toEqual([
      { type: 'LocalFireRollbackTo', rolloutId: ROLLOUT, closure: OLD_CLOSURE },
    ]);
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

  test('Failed: a rollback that is still running is waited for', () => {
    const workers = [{ kind: 'rollback', rolloutId: ROLLOUT } as const];
    const driver = resumed(failed, { workers, runningClosure: NEW_CLOSURE });
    expect(types(driver.effects)).not.toContain('LocalFireRollbackTo');
    expect(logCodes(driver)).toEqual([]);
    driver.feed({ type: 'RollbackCompleted', rolloutId: ROLLOUT, revertedToClosure: OLD_CLOSURE, exitCode: 0 });
    expect(driver.record().state).toBe('Reverted');
  });

  // The window was the whole rollback, and the closure was never quarantined.
  test('Failed: a rollback that was done but not reported is reported', () => {
    const driver = resumed(failed);
    expect(emitted(driver.effects)).toMatchObject([
      { type: 'RollbackComplete', revertedToClosure: OLD_CLOSURE, exitCode: 0, completedAt: driver.now },
    ]);
    expect(types(driver.effects)).not.toContain('LocalFireRollbackTo');
  });

  test('Failed: on the previous closure, nothing is reported until a running worker has ended', () => {
    const driver = resumed(failed, { workers: [{ kind: 'switch', rolloutId: 'stable@r0' }] });
    expect(emittedTypes(driver.effects)).toEqual([]);
    const report = { type: 'ActivationFailed', rolloutId: 'stable@r0', exitCode: 1, stderrTail: '' } as const;
    expect(emittedTypes(driver.feed(report))).toEqual(['RollbackComplete']);
  });

  test('only a worker of the same kind and rollout is waited for in silence', () => {
    const { agent } = new AgentDriver();
    const other = 'stable@r0';
    const next = (record: typeof activating | typeof failed, workers: readonly Worker[]) =>
      AGENT_RULES.resumption(
        { ...agent, workers, runningClosure: 'sha256-third' },
        { ...pending, ...record },
        manifest().policy,
        false,
        START,
      )?.type ?? null;
    expect([
      next(activating, [{ kind: 'switch', rolloutId: ROLLOUT }]),
      next(activating, [{ kind: 'rollback', rolloutId: ROLLOUT }]),
      next(activating, [{ kind: 'switch', rolloutId: other }]),
      next(failed, [{ kind: 'rollback', rolloutId: ROLLOUT }]),
      next(failed, [{ kind: 'switch', rolloutId: ROLLOUT }]),
      next(failed, [{ kind: 'rollback', rolloutId: other }]),
    ]).toEqual([null, 'LocalFireSwitch', 'LocalFireSwitch', null, 'LocalFireRollbackTo', 'LocalFireRollbackTo']);
  });

  test('Failed: a failed rollback is not retried before the next boot', () => {
    const driver = resumed(failed, { runningClosure: NEW_CLOSURE });
    const report = { type: 'RollbackFailed', rolloutId: ROLLOUT, exitCode: 1, stderrTail: '' } as const;
    expect(types(driver.feed(report))).not.toContain('LocalFireRollbackTo');
  });

  test('nothing if nothing was started, or everything is done', () => {
    const { agent } = new AgentDriver();
    for (const state of ['Pending', 'Soaking', 'Converged', 'Reverted'] as const) {
      expect(AGENT_RULES.resumption(agent, { ...pending, state }, manifest().policy, true, START)).toBeNull();
    }
  });

  test('Soaking: restarts the probes once', () => {
    const driver = resumed(soaking, { runningClosure: NEW_CLOSURE });
    expect(work(driver.effects)).toEqual(['LocalResetProbeCache', 'LocalEmitEvent', 'SendEvents', 'StartProbes']);
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
