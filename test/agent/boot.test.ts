import { describe, expect, test } from 'vitest';
import { type OutboxHeader } from '../../src/agent/index.ts';
import {
  ack,
  AgentDriver,
  answer,
  dispatch,
  emittedTypes,
  header,
  manifest,
  manifests,
  NEW_CLOSURE,
  ofType,
  OLD_CLOSURE,
  pending,
  ROLLOUT,
  SECOND,
  snapshot,
  soaking,
  started,
  types,
  work,
} from './agent-driver.ts';

describe('rule 11: boot waits', () => {
  test('reports what is running, and starts no worker before the answer', () => {
    const driver = new AgentDriver();
    const effects = driver.boot({ headers: [header], outbox: [ack, started] });
    expect(work(effects)).toEqual(['SendHeartbeat', 'SendEvents']);
    expect(ofType(effects, 'SendHeartbeat')[0]?.heartbeat).toMatchObject({
      currentClosure: OLD_CLOSURE,
      rollouts: [{ state: 'Activating', lastEventSeq: 2 }],
    });
    expect(driver.tick()).toEqual([]);
    expect(work(driver.feed(answer()))).toEqual(['LocalResetProbeCache', 'LocalFireSwitch']);
  });

  test.each([
    ['the runtime says so', 'HeartbeatUnanswered'],
    ['too long passed', 'Tick'],
  ] as const)('gives the answer up when %s', (_, type) => {
    const driver = new AgentDriver();
    driver.boot({ headers: [header], outbox: [ack, started] });
    expect(types(driver.feed({ type }, 30 * SECOND))).toContain('LocalFireSwitch');
  });

  test('a report before the answer waits for the answer', () => {
    const driver = new AgentDriver();
    driver.boot({ headers: [header], outbox: [ack], workers: [{ kind: 'switch', rolloutId: ROLLOUT }] });
    const started = { type: 'ActivationStarted', rolloutId: ROLLOUT, switchMethod: 'switch' } as const;
    const ended = { type: 'ActivationFailed', rolloutId: ROLLOUT, exitCode: 1, stderrTail: '' } as const;
    for (const report of [started, started, ended]) expect(driver.feed(report)).toEqual([]);
    expect(driver.record().state).toBe('Activating');
    const effects = driver.feed(answer());
    expect(emittedTypes(effects)).toEqual(['ActivationStarted', 'ActivationFailed']);
    expect(types(effects)).not.toContain('LocalFireSwitch');
    expect(types(effects)).toContain('LocalFireRollbackTo');
  });

  test('forgets everything from the previous process, but never reuses a generation of probes', () => {
    const driver = new AgentDriver().soak();
    driver.boot({ runningClosure: NEW_CLOSURE });
    expect(driver.agent.rollouts).toEqual([]);
    driver.feed(answer({ bootstrapRollouts: [soaking], manifests }));
    expect(driver.agent.probeRuns.generation).toBe(2);
  });
});

describe('rule 11: which rollout is the active one', () => {
  type HeaderFields = Partial<Pick<typeof pending, 'state' | 'dispatchAckedAt' | 'dispatchedAt'>>;
  const headerOf = (rolloutId: string, fields: HeaderFields, activation: number | null = null): OutboxHeader => ({
    rolloutId,
    manifest: manifest({ rolloutId }),
    record: { ...pending, state: 'Converged', dispatchedAt: 5, dispatchAckedAt: 50, ...fields, rolloutId },
    numberedTo: 64,
    bootId: null,
    activation,
  });

  test('the one that was begun last, although the clock was set back meanwhile', () => {
    const driver = new AgentDriver();
    driver.boot({ headers: [headerOf('stable@a', { dispatchAckedAt: 1 }, 2), headerOf('stable@z', {}, 1)] });
    expect(driver.agent.activeRolloutId).toBe('stable@a');
  });

  test.each<readonly [string, HeaderFields, HeaderFields]>([
    ['acknowledged last', { dispatchAckedAt: 60, dispatchedAt: 1 }, { dispatchAckedAt: 50, dispatchedAt: 9 }],
    ['acknowledged at all', { dispatchedAt: 1 }, { dispatchAckedAt: null, dispatchedAt: 9 }],
    ['dispatched last, where that is the same', { dispatchedAt: 9 }, { dispatchedAt: 5 }],
    [
      'dispatched last, where none was acknowledged',
      { dispatchAckedAt: null, dispatchedAt: 9 },
      { dispatchAckedAt: null },
    ],
    ['greatest by name, where all is the same', {}, {}],
    ['begun', { dispatchAckedAt: 1 }, { state: 'Pending', dispatchAckedAt: 90 }],
  ])('the one that was %s', (what, newest, older) => {
    // By name it comes last, unless that is what decides.
    const [winner, other] = what.startsWith('greatest') ? ['stable@z', 'stable@a'] : ['stable@a', 'stable@z'];
    const headers = [headerOf(winner, newest), headerOf(other, older)];
    for (const inOrder of [headers, headers.toReversed()]) {
      const driver = new AgentDriver();
      driver.boot({ headers: inOrder });
      expect(driver.agent.activeRolloutId).toBe(winner);
      expect(driver.agent.rollouts.at(-1)?.rolloutId).toBe(winner);
    }
  });

  test('in whatever order snapshots name them', () => {
    const snapshotsOf = (...of: readonly (readonly [string, number])[]) =>
      of.map(([rolloutId, dispatchedAt]) => ({ ...soaking, rolloutId, dispatchedAt }));
    const active = (...answers: readonly ReturnType<typeof snapshotsOf>[]) => {
      const driver = new AgentDriver().start();
      for (const snapshots of answers) {
        driver.feed(
          answer({
            bootstrapRollouts: snapshots,
            manifests: snapshots.map(({ rolloutId }) => manifest({ rolloutId })),
          }),
        );
      }
      return driver.agent.activeRolloutId;
    };
    expect(active(snapshotsOf(['stable@a', 9], ['stable@z', 5]))).toBe('stable@a');
    expect(active(snapshotsOf(['stable@z', 5]), snapshotsOf(['stable@a', 5]))).toBe('stable@z');
  });

  test.each([
    ["by the agent's clock only, which was set back", { dispatchAckedAt: 90, dispatchedAt: 3 }, 'stable@begun'],
    ["by the control plane's clock only", { dispatchAckedAt: 10, dispatchedAt: 9 }, 'stable@begun'],
    ['by both clocks', { dispatchAckedAt: 90, dispatchedAt: 9 }, 'stable@acked'],
    [
      'by both clocks, although the host has left its closure for that of the other',
      { dispatchAckedAt: 90, dispatchedAt: 9, currentClosure: 'left' },
      'stable@begun',
    ],
    ['by both clocks, dispatched at the same time', { dispatchAckedAt: 90, dispatchedAt: 5 }, 'stable@acked'],
    ['by no acknowledgement', { dispatchAckedAt: null, dispatchedAt: 9 }, 'stable@begun'],
    [
      'by both clocks, and its closure has not run yet',
      { dispatchAckedAt: 90, dispatchedAt: 9, currentClosure: null },
      'stable@acked',
    ],
    [
      'by both clocks, and the host has left its closure for a third',
      { dispatchAckedAt: 90, dispatchedAt: 9, currentClosure: 'left' },
      'stable@acked',
      'sha256-third',
    ],
    [
      'by both clocks, since the other was never acknowledged',
      { dispatchAckedAt: 1, dispatchedAt: 9 },
      'stable@acked',
      NEW_CLOSURE,
      { dispatchAckedAt: null },
    ],
  ] as const)('one that was begun here, or one that an answer shows to be newer %s', (...row) => {
    const [, fields, active, runningClosure = NEW_CLOSURE, begun = {}] = row;
    const driver = new AgentDriver();
    driver.boot({ headers: [headerOf('stable@begun', begun, 1)], runningClosure });
    const rolloutId = 'stable@acked';
    const snapshot = { ...soaking, ...fields, rolloutId };
    driver.feed(answer({ bootstrapRollouts: [snapshot], manifests: [manifest({ rolloutId })] }));
    expect(driver.agent.activeRolloutId).toBe(active);
    expect(driver.agent.rollouts.map((rollout) => rollout.rolloutId)).toContain(rolloutId);
  });

  test('the greatest by name, although the disk lists it first', () => {
    const driver = new AgentDriver();
    driver.boot({
      outbox: [{ ...started, rolloutId: 'stable@z' }],
      headers: [headerOf('stable@a', { state: 'Pending' })],
    });
    const ids = ['stable@a', 'stable@z'];
    const bootstrapRollouts = ids.map((rolloutId) => ({ ...soaking, rolloutId }));
    driver.feed(answer({ bootstrapRollouts, manifests: ids.map((rolloutId) => manifest({ rolloutId })) }));
    expect(driver.agent.activeRolloutId).toBe('stable@z');
  });

  test('the one that was begun last, although it is still Pending', () => {
    const driver = new AgentDriver();
    const ended = headerOf('stable@ended', {}, 1);
    const { rolloutId } = header;
    driver.boot({ headers: [ended, { ...header, numberedTo: Number.MAX_SAFE_INTEGER, activation: null }] });
    driver.feed(answer());
    driver.feed(dispatch());
    expect(driver.record()).toMatchObject({ rolloutId, state: 'Pending' });
    const newer = snapshot({ ...ended.record, lastEventSeq: 90 });
    driver.feed(answer({ bootstrapRollouts: [newer] }));
    expect(driver.record('stable@ended').lastEventSeq).toBe(90);
    expect(driver.agent.activeRolloutId).toBe(rolloutId);
  });

  test('a rollout that is begun after a boot counts as newer than all on disk', () => {
    const driver = new AgentDriver();
    driver.boot({ headers: [headerOf('stable@r0', {}, 7)] });
    driver.feed(answer());
    const headers = ofType(driver.feed(dispatch()), 'WriteOutboxHeader').map((effect) => effect.header);
    expect(headers).toMatchObject([{ activation: 8 }, { activation: 8 }]);
  });

  test('whichever is looked at first', () => {
    const driver = new AgentDriver();
    const begun = headerOf('stable@begun', { dispatchAckedAt: 50, dispatchedAt: 5 }, 1);
    const ofAnswer = headerOf('stable@answer', { dispatchAckedAt: 90, dispatchedAt: 3 });
    for (const headers of [
      [begun, ofAnswer],
      [ofAnswer, begun],
    ]) {
      driver.boot({ headers });
      expect(driver.agent.activeRolloutId).toBe('stable@begun');
    }
  });

  test('never one that was begun here before another, though both clocks were set back in between', () => {
    const driver = new AgentDriver();
    const first = headerOf('stable@first', { dispatchAckedAt: 100, dispatchedAt: 9 }, 1);
    const second = headerOf('stable@second', { dispatchAckedAt: 50, dispatchedAt: 2 }, 2);
    const ofAnswer = headerOf('stable@answer', { dispatchAckedAt: 70, dispatchedAt: 3 });
    driver.boot({ headers: [first, second] });
    expect(driver.agent.activeRolloutId).toBe('stable@second');
    driver.boot({ headers: [first, second, ofAnswer] });
    expect(driver.agent.activeRolloutId).toBe('stable@answer');
  });

  test('the others are in the order of their dispatch, those of unknown age first', () => {
    const driver = new AgentDriver();
    driver.boot({
      headers: [
        headerOf('stable@newest', { dispatchAckedAt: 99, dispatchedAt: 1 }),
        headerOf('stable@b', { dispatchedAt: 7 }),
        headerOf('stable@c', { dispatchedAt: 3 }),
        headerOf('stable@a', { dispatchedAt: 7 }),
      ],
      outbox: ['stable@y', 'stable@x'].map((rolloutId) => ({ ...ack, rolloutId })),
    });
    expect(driver.agent.rollouts.map(({ rolloutId }) => rolloutId.slice(7))).toEqual([
      'x',
      'y',
      'c',
      'a',
      'b',
      'newest',
    ]);
  });
});
