import { describe, expect, test } from 'vitest';
import {
  AgentDriver,
  answer,
  dispatch,
  emitted,
  logLevels,
  manifest,
  OLD_CLOSURE,
  ROLLOUT,
  snapshot,
  START,
  types,
} from './agent-driver.ts';

describe('rule 2: numbers', () => {
  test('begin at 1, rise by 1, and a refused event uses none', () => {
    const driver = new AgentDriver().start();
    expect(emitted(driver.feed(dispatch())).map(({ seq }) => seq)).toEqual([1]);
    const refused = driver.feed({ type: 'RollbackCompleted', rolloutId: ROLLOUT, revertedToClosure: 'x', exitCode: 0 });
    expect(logLevels(refused)).toEqual(['warn']);
    expect(emitted(refused)).toEqual([]);
    const started = driver.feed({ type: 'ActivationStarted', rolloutId: ROLLOUT, switchMethod: 'switch' });
    expect(emitted(started).map(({ seq }) => seq)).toEqual([2]);
  });

  test('reports about a rollout without a record are dropped with a warning', () => {
    const driver = new AgentDriver().start();
    const effects = driver.feed({ type: 'ActivationFailed', rolloutId: 'stable@other', exitCode: 1, stderrTail: '' });
    expect(logLevels(effects)).toEqual(['warn']);
    expect(emitted(effects)).toEqual([]);
  });

  test('the numbers run out with an error, not with a wrong number', () => {
    const driver = new AgentDriver();
    driver.boot({ manifests: [manifest()] });
    const last = snapshot({
      state: 'Activating',
      currentClosureAtDispatch: OLD_CLOSURE,
      dispatchAckedAt: START,
      lastEventSeq: Number.MAX_SAFE_INTEGER,
    });
    driver.feed(answer({ bootstrapRollouts: [last], manifests: [manifest()] }));
    const effects = driver.feed({ type: 'ActivationStarted', rolloutId: ROLLOUT, switchMethod: 'switch' });
    expect(types(effects)).toEqual(['EmitLog']);
    expect(logLevels(effects)).toEqual(['error']);
  });
});
