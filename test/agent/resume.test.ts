import { describe, expect, test } from 'vitest';
import { AGENT_RULES } from '../../src/agent/index.ts';
import { newPendingHost } from '../../src/machine/record.ts';
import {
  AgentDriver,
  answer,
  emittedTypes,
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
      expect(AGENT_RULES.resumption(agent, { ...pending, state }, manifest().policy, START)).toBeNull();
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
