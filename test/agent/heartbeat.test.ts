import { describe, expect, test } from 'vitest';
import {
  AgentDriver,
  answer,
  dispatch,
  header,
  MINUTE,
  NEW_CLOSURE,
  ofType,
  ROLLOUT,
  SECOND,
  work,
} from './agent-driver.ts';

describe('rule 10: heartbeat', () => {
  test('every 60 s, with the running closure and the record of the newest rollout', () => {
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

  test('continues after the clock was set back', () => {
    const driver = new AgentDriver().start();
    expect(work(driver.tick(-60 * MINUTE))).toEqual(['SendHeartbeat']);
  });

  test('finished records are reported too', () => {
    const driver = new AgentDriver().soak({ soakDueAt: null });
    driver.probe('http', 'pass');
    expect(ofType(driver.tick(60 * SECOND), 'SendHeartbeat')[0]?.heartbeat.rollouts).toMatchObject([
      { state: 'Converged' },
    ]);
  });

  test('reports no record that is still Pending or missing', () => {
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
});
