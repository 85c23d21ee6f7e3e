import { describe, expect, test } from 'vitest';
import { AgentDriver, dispatch, ofType } from './agent-driver.ts';

describe('rule 1: one at a time, and nothing before the boot', () => {
  test('an input before Boot is dropped with a warning', () => {
    const driver = new AgentDriver();
    expect(ofType(driver.feed(dispatch()), 'EmitLog')).toMatchObject([
      { level: 'warn', message: expect.stringContaining('Dispatch'), fields: { code: 'before-boot' } },
    ]);
    expect(driver.agent).toMatchObject({ phase: 'starting', bootId: '', heartbeatAt: -Infinity, rollouts: [] });
    expect(driver.feed({ type: 'Tick' })).toEqual([]);
  });

  test('without a change, the same agent and a shared empty list are returned', () => {
    const driver = new AgentDriver().start();
    const before = driver.agent;
    const effects = driver.tick(1);
    expect(driver.agent).toBe(before);
    expect(driver.tick(1)).toBe(effects);
    expect(effects).toEqual([]);
  });
});
