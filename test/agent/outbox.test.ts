import { describe, expect, test } from 'vitest';
import { batchSize, compactBacklog, retryDelay, writeHeader } from '../../src/agent/outbox.ts';
import { beginTurn } from '../../src/agent/turn.ts';
import { AGENT_RULES, agentSettings, type UndeliveredEvent } from '../../src/agent/index.ts';
import type { OutboundEvent } from '../../src/machine/events.ts';
import {
  ack,
  AgentDriver,
  answer,
  dispatch,
  emitted,
  logLevels,
  manifest,
  ofType,
  ROLLOUT,
  snapshot,
  START,
  types,
} from './agent-driver.ts';

describe('rule 4: delivery', () => {
  test('one is in flight, and the next follows when it is answered', () => {
    const driver = new AgentDriver().soak();
    expect(driver.undeliveredSeqs()).toEqual([1, 2, 3, 4]);
    const effects = driver.delivered(1);
    expect(types(effects)).toEqual(['RemoveFromOutbox', 'SendEvents']);
    expect(ofType(effects, 'SendEvents')[0]).toMatchObject({
      rolloutId: ROLLOUT,
      events: [{ seq: 2 }],
      afterMs: 0,
      jitterMs: 0,
    });
    expect(driver.deliverAll().undeliveredSeqs()).toEqual([]);
  });

  test('a refused event is removed, logged as an error, and the next is sent', () => {
    const driver = new AgentDriver().soak();
    const effects = driver.delivered(1, 'refused');
    expect(types(effects)).toEqual(['RemoveFromOutbox', 'EmitLog', 'SendEvents']);
    expect(ofType(effects, 'EmitLog')).toMatchObject([
      {
        level: 'error',
        message: expect.stringContaining('refused'),
        fields: { code: 'refused-by-control-plane', rolloutId: ROLLOUT, seq: 1, event: 'DispatchAck' },
      },
    ]);
    expect(driver.undeliveredSeqs()).toEqual([2, 3, 4]);
  });

  test('without an answer, the same number is sent again, later each time, and at once after a success', () => {
    const driver = new AgentDriver().soak();
    const waits = [1, 2, 3].map(() => ofType(driver.delivered(1, 'not-delivered'), 'SendEvents')[0]);
    expect(waits.map((sent) => sent?.events.map(({ seq }) => seq))).toEqual([[1], [1], [1]]);
    expect(waits.map((sent) => [sent?.afterMs, sent?.jitterMs])).toEqual([
      [500, 500],
      [1000, 1000],
      [2000, 2000],
    ]);
    expect(ofType(driver.delivered(1), 'SendEvents')[0]).toMatchObject({ events: [{ seq: 2 }], afterMs: 0 });
    expect(ofType(driver.delivered(2, 'not-delivered'), 'SendEvents')[0]).toMatchObject({ afterMs: 500 });
  });

  test('as many as the control plane accepts are sent together', () => {
    const driver = new AgentDriver().soak();
    driver.feed(answer({ batchLimit: 3 }));
    const [sent] = ofType(driver.delivered(1), 'SendEvents');
    expect(sent?.events.map(({ seq }) => seq)).toEqual([2, 3, 4]);
    expect(driver.probe('http', 'pass')).not.toContainEqual(expect.objectContaining({ type: 'SendEvents' }));
    const events = [2, 3, 4].map((seq) => ({ seq, outcome: 'accepted' as const }));
    const effects = driver.feed({ type: 'EventsDelivered', rolloutId: ROLLOUT, events });
    expect(ofType(effects, 'RemoveFromOutbox').map(({ seq }) => seq)).toEqual([2, 3, 4]);
    expect(ofType(effects, 'SendEvents')).toMatchObject([{ events: [{ seq: 5 }, { seq: 6 }] }]);
  });

  test('a problem with one event of a request does not affect the others', () => {
    const driver = new AgentDriver().soak();
    driver.feed(answer({ batchLimit: 100 }));
    driver.delivered(1);
    const outcomes = ['not-delivered', 'refused', 'accepted'] as const;
    const events = outcomes.map((outcome, index) => ({ seq: index + 2, outcome }));
    const effects = driver.feed({ type: 'EventsDelivered', rolloutId: ROLLOUT, events });
    expect(driver.undeliveredSeqs()).toEqual([2]);
    expect(logLevels(effects)).toEqual(['error']);
    expect(ofType(effects, 'SendEvents')).toMatchObject([{ events: [{ seq: 2 }], afterMs: 500 }]);
  });

  test('an unanswered request is halved for the next attempt, down to one event', () => {
    const sizes = [0, 1, 2, 3, 6, 7, 100].map((failedAttempts) => batchSize(100, failedAttempts));
    expect(sizes).toEqual([100, 50, 25, 12, 1, 1, 1]);
    expect([0, 1].map((failedAttempts) => batchSize(1, failedAttempts))).toEqual([1, 1]);
  });

  test('an older control plane without support for lists gets one event at a time again', () => {
    const driver = new AgentDriver().soak();
    driver.feed(answer({ batchLimit: 100 }));
    driver.feed(answer());
    expect(ofType(driver.delivered(1), 'SendEvents')).toMatchObject([{ events: [{ seq: 2 }] }]);
  });

  test('a report about another event than the one in flight changes nothing', () => {
    const driver = new AgentDriver().soak();
    const before = driver.agent;
    for (const seq of [0, 2, 99]) expect(driver.delivered(seq)).toEqual([]);
    expect(driver.delivered(1, 'accepted', 'stable@unknown')).toEqual([]);
    expect(driver.agent).toBe(before);
  });

  test('rollouts do not wait for one another', () => {
    const driver = new AgentDriver().soak();
    const effects = driver.feed(dispatch({ manifest: manifest({ rolloutId: 'stable@r2' }) }));
    expect(ofType(effects, 'SendEvents')).toMatchObject([{ rolloutId: 'stable@r2', events: [{ seq: 1 }] }]);
  });

  test('Replay-From cuts a wait short, in order, and sends nothing where nothing is after it', () => {
    const driver = new AgentDriver().soak();
    driver.delivered(1);
    driver.delivered(2, 'not-delivered');
    expect(driver.feed(answer({ replayFrom: 4 }))).toEqual([]);
    const sent = ofType(driver.feed(answer({ replayFrom: 1 })), 'SendEvents');
    expect(sent).toMatchObject([{ events: [{ seq: 2 }], afterMs: 0, jitterMs: 0 }]);
    expect(ofType(driver.delivered(2, 'not-delivered'), 'SendEvents')).toMatchObject([{ afterMs: 1000 }]);
  });

  test('Replay-From sends again from the oldest event, although the control plane has that one', () => {
    const driver = new AgentDriver().soak();
    driver.delivered(1, 'not-delivered');
    expect(ofType(driver.feed(answer({ replayFrom: 2 })), 'SendEvents')).toMatchObject([{ events: [{ seq: 1 }] }]);
  });

  test('an answer without Replay-From does not cut a wait short', () => {
    const driver = new AgentDriver().soak();
    driver.delivered(1, 'not-delivered');
    expect(driver.feed(answer())).toEqual([]);
  });

  test('a lost agent finds its first request at boot: it has not failed and has not skipped a wait', () => {
    const driver = new AgentDriver();
    driver.boot({ outbox: [ack] });
    expect(driver.agent.rollouts).toMatchObject([{ inFlight: 1, failedAttempts: 0, isHastened: false }]);
  });

  test('Replay-From never replaces a request whose answer may still come', () => {
    const driver = new AgentDriver().soak();
    for (let count = 0; count < 3; count += 1) expect(driver.feed(answer({ replayFrom: 0 }))).toEqual([]);
    driver.delivered(1, 'not-delivered');
    expect(ofType(driver.feed(answer({ replayFrom: 0 })), 'SendEvents')).toHaveLength(1);
    for (let count = 0; count < 3; count += 1) expect(driver.feed(answer({ replayFrom: 0 }))).toEqual([]);
    expect(ofType(driver.delivered(1), 'SendEvents')).toMatchObject([{ events: [{ seq: 2 }], afterMs: 0 }]);
  });
});

test('successive waits never get shorter below the cap, and never exceed it', () => {
  const { retry } = agentSettings();
  let longestBefore = 0;
  for (let attempts = 1; attempts < 2000; attempts += 1) {
    const { afterMs, jitterMs } = retryDelay(retry, attempts);
    expect(afterMs).toBeGreaterThanOrEqual(longestBefore < retry.capMs ? Math.max(1, longestBefore) : retry.capMs / 2);
    longestBefore = afterMs + jitterMs;
    expect(longestBefore).toBeLessThanOrEqual(retry.capMs);
    expect(jitterMs).toBeGreaterThan(0);
  }
});

test('an event of a rollout that the agent does not know is a bug of the host machine', () => {
  const driver = new AgentDriver({
    rules: {
      step: (...args) => {
        const result = AGENT_RULES.step(...args);
        if (!result.ok) return result;
        const effects = result.effects.map((effect) =>
          effect.type === 'LocalEmitEvent' ? { ...effect, rolloutId: 'stable@nobody' } : effect,
        );
        return { ...result, effects };
      },
    },
  }).start();
  expect(() => driver.feed(dispatch())).toThrow('unknown rollout stable@nobody');
});

test('a header cannot be written without a record and a manifest', () => {
  const { agent } = new AgentDriver().soak();
  const [rollout] = agent.rollouts;
  if (rollout === undefined) throw new Error('The agent has no rollout.');
  const turn = beginTurn(AGENT_RULES, agent, START, false);
  for (const missing of [{ record: null }, { manifest: null }]) {
    expect(() => writeHeader(turn, { ...rollout, ...missing })).toThrow(`${ROLLOUT} has no record to write`);
  }
});

describe('numbers are reserved on disk before they are used', () => {
  test('the header comes right before the first event that it does not cover', () => {
    const driver = new AgentDriver().soak();
    const headers: number[] = [];
    for (let run = 0; run < 200; run += 1) {
      const effects = driver.probe('http', run % 2 === 0 ? 'pass' : 'fail');
      for (const [index, effect] of effects.entries()) {
        if (effect.type !== 'WriteOutboxHeader') continue;
        headers.push(effect.header.numberedTo);
        const next = effects[index + 1];
        expect(next?.type === 'LocalEmitEvent' ? next.payload.seq : null).toBe(effect.header.numberedTo - 63);
      }
    }
    expect(headers).toEqual([128, 192, 256, 320]);
  });
});

describe('the outbox is bounded', () => {
  test('durable events, the last of each probe, and the last pass are kept', () => {
    const driver = new AgentDriver({ settings: { maxUndeliveredEvents: 40 } }).soak();
    const dropped = new Set<number>();
    for (let run = 0; run < 500; run += 1) {
      for (const { seq } of ofType(driver.probe('http', run % 3 === 0 ? 'pass' : 'fail'), 'RemoveFromOutbox'))
        dropped.add(seq);
      for (const { seq } of ofType(driver.probe('disk', 'fail'), 'RemoveFromOutbox')) dropped.add(seq);
      expect(driver.undeliveredSeqs().length).toBeLessThanOrEqual(40);
    }
    const kept = driver.undeliveredSeqs();
    expect(kept.slice(0, 4)).toEqual([1, 2, 3, 4]);
    expect(kept.some((seq) => dropped.has(seq))).toBe(false);
    expect(kept.length + dropped.size).toBe(driver.record().lastEventSeq);
    expect(driver.record().probes['http']).toMatchObject({ status: 'fail' });
  });

  test('the event in flight stays even if a later one overwrites it', () => {
    const result = (seq: number): UndeliveredEvent => ({
      durable: false,
      event: {
        type: 'ProbeResult',
        probeName: 'p',
        mode: 'enforce',
        status: 'fail',
        observedAt: START,
        failureReason: null,
        subResults: null,
        seq,
      },
    });
    const { kept, droppedSeqs } = compactBacklog([1, 2, 3, 4, 5].map(result), 2, 1);
    expect(kept.map(({ event }) => event.seq)).toEqual([1, 5]);
    expect(droppedSeqs).toEqual([2, 3, 4]);
  });

  test('durable events are kept beyond the limit, without a log line', () => {
    const driver = new AgentDriver({ settings: { maxUndeliveredEvents: 2 } }).soak();
    expect(driver.undeliveredSeqs()).toHaveLength(4);
    expect(logLevels(driver.effects)).toEqual([]);
  });

  test('shortening it is logged once, as a warning', () => {
    const driver = new AgentDriver({ settings: { maxUndeliveredEvents: 8 } }).soak();
    const lines: unknown[] = [];
    for (let run = 0; run < 6; run += 1) lines.push(...ofType(driver.probe('http', 'pass'), 'EmitLog'));
    expect(lines).toMatchObject([
      {
        level: 'warn',
        message: expect.stringContaining('full'),
        fields: { code: 'outbox-full', rolloutId: ROLLOUT, dropped: 3, undelivered: 6 },
      },
    ]);
  });

  test('only as many rollouts are forgotten as exceed the limit', () => {
    const driver = new AgentDriver({ settings: { maxRollouts: 2 } }).start();
    for (const ref of ['a', 'b', 'c']) {
      driver.defer(`stable@${ref}`).deliverAll(`stable@${ref}`);
    }
    expect(driver.agent.rollouts.map(({ rolloutId }) => rolloutId)).toEqual(['stable@b', 'stable@c']);
  });

  test('the active rollout is never forgotten, even where an older one must stay', () => {
    const driver = new AgentDriver({ settings: { maxRollouts: 1 } }).start();
    for (const ref of ['a', 'b']) driver.defer(`stable@${ref}`);
    driver.deliverAll('stable@b');
    const newer = snapshot({ ...driver.record('stable@b'), lastEventSeq: 9 });
    driver.feed(answer({ bootstrapRollouts: [newer] }));
    expect(driver.record('stable@b').lastEventSeq).toBe(9);
    expect(driver.agent.rollouts.map(({ rolloutId }) => rolloutId)).toEqual(['stable@a', 'stable@b']);
  });

  test('old rollouts are forgotten, oldest first, but none with an event to deliver', () => {
    const driver = new AgentDriver({ settings: { maxRollouts: 2 } }).start();
    driver.defer('stable@a');
    for (const rolloutId of ['stable@b', 'stable@c']) driver.defer(rolloutId).deliverAll(rolloutId);
    driver.feed(dispatch({ manifest: manifest({ rolloutId: 'stable@d' }) }));
    expect(driver.agent.rollouts.map(({ rolloutId }) => rolloutId)).toEqual(['stable@a', 'stable@d']);
    expect(emitted(driver.effects).length).toBe(1);
    expect(ofType(driver.effects, 'RemoveOutboxHeader')).toEqual([
      { type: 'RemoveOutboxHeader', rolloutId: 'stable@c' },
    ]);
  });
});

type Sketch = 'ack' | 'pass' | 'fail' | 'kept pass' | 'kept fail' | 'seen' | 'failed first';

/** `p` unless said otherwise, for example `fail q`. */
function event(sketch: string, seq: number): UndeliveredEvent {
  const [what, probeName] = sketch.endsWith(' q') ? [sketch.slice(0, -2), 'q'] : [sketch, 'p'];
  const base = { probeName, mode: 'enforce', seq } as const;
  const result = (status: 'pass' | 'fail'): OutboundEvent => {
    return { type: 'ProbeResult', ...base, status, observedAt: seq, failureReason: null, subResults: null };
  };
  // The sketches of the tests below.
  switch (what as Sketch) {
    case 'ack':
      return { durable: true, event: { type: 'DispatchAck', currentClosureAtDispatch: '', receivedAt: 1, seq } };
    case 'pass':
      return { durable: false, event: result('pass') };
    case 'fail':
      return { durable: false, event: result('fail') };
    case 'kept pass':
      return { durable: true, event: result('pass') };
    case 'kept fail':
      return { durable: true, event: result('fail') };
    case 'seen':
      return { durable: false, event: { type: 'ProbeObservedFirst', ...base, observedAt: seq } };
    case 'failed first':
      return { durable: false, event: { type: 'ProbeFailureFirst', ...base, firstFailedAt: seq } };
  }
}

/** The sequence numbers that are left out, where events have the numbers 1, 2, 3… */
function left(maxEvents: number, ...sketches: readonly string[]): readonly number[] {
  const backlog = sketches.map((sketch, index) => event(sketch, index + 1));
  const { kept, droppedSeqs } = compactBacklog(backlog, maxEvents, 1);
  expect(kept).toEqual(backlog.filter(({ event: { seq } }) => !droppedSeqs.includes(seq)));
  return droppedSeqs;
}

describe('a backlog over its limit', () => {
  test('is halved, and no more: the oldest superseded events go', () => {
    expect(left(6, 'ack', 'fail', 'fail', 'fail', 'fail', 'fail', 'fail')).toEqual([2, 3, 4, 5]);
    expect(left(8, 'ack', 'fail', 'fail', 'fail', 'fail', 'fail', 'fail')).toEqual([2, 3, 4]);
    expect(left(9, 'ack', 'fail', 'fail', 'fail', 'fail', 'fail', 'fail')).toEqual([2, 3, 4]);
    expect(left(14, 'ack', 'fail', 'fail', 'fail', 'fail', 'fail', 'fail')).toEqual([]);
  });

  test('keeps the last result of each probe, and the last pass for its time', () => {
    expect(left(1, 'ack', 'pass', 'pass', 'fail', 'fail')).toEqual([2, 4]);
    expect(left(1, 'ack', 'fail', 'pass q', 'fail', 'pass', 'pass q')).toEqual([2, 3, 4]);
    expect(left(1, 'ack', 'fail', 'fail', 'pass')).toEqual([2, 3]);
  });

  test('keeps the first of the first-seen events of each kind, for any probe', () => {
    expect(left(1, 'ack', 'seen', 'failed first', 'fail', 'seen q', 'failed first q', 'fail q', 'fail')).toEqual([
      4, 5, 6,
    ]);
  });

  test('keeps durable events and the event in flight', () => {
    expect(left(1, 'ack', 'kept fail', 'kept pass', 'fail', 'fail')).toEqual([4]);
    expect(left(1, 'fail', 'fail', 'fail')).toEqual([2]);
    expect(left(1, 'seen', 'seen', 'seen q')).toEqual([2, 3]);
    expect(left(1)).toEqual([]);
  });
});
