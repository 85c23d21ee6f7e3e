import { describe, expect, test } from 'vitest';
import { compactBacklog } from '../../src/agent/backlog.ts';
import type { UndeliveredEvent } from '../../src/agent/index.ts';
import type { OutboundEvent } from '../../src/machine/events.ts';

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
  test('is halved, and no more: the oldest that later ones make up for go', () => {
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

  test('keeps what is durable, and the event under way', () => {
    expect(left(1, 'ack', 'kept fail', 'kept pass', 'fail', 'fail')).toEqual([4]);
    expect(left(1, 'fail', 'fail', 'fail')).toEqual([2]);
    expect(left(1, 'seen', 'seen', 'seen q')).toEqual([2, 3]);
    expect(left(1)).toEqual([]);
  });
});
