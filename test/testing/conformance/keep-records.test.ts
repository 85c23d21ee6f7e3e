import { describe, expect, it } from 'vitest';
import { answerQuestion, keepRecords, recordIn, type Question } from '../../../src/testing/index.ts';

const state = recordIn('Deferred');
const { rolloutId, hostname } = state;
const policy = { onHealthFailure: 'halt' } as const;
const event = { type: 'LocalActivationDeferred', component: 'dbus', deferredAt: 1, seq: 99 } as const;

describe('kept records', () => {
  it('are passed to the reducer, and returned at the end', () => {
    const answer = keepRecords(answerQuestion);
    expect(answer({ op: 'open', state, policy })).toEqual({ ok: {} });
    expect(answer({ op: 'close', rolloutId, hostname })).toEqual({ ok: { state } });
  });

  it('are forgotten at the end, and a later event is told so', () => {
    const answer = keepRecords(answerQuestion);
    answer({ op: 'open', state, policy });
    answer({ op: 'close', rolloutId, hostname });
    const error = `there is no open session of ${JSON.stringify([rolloutId, hostname])}`;
    expect(answer({ op: 'event', rolloutId, hostname, event, now: 1 })).toEqual({ error });
    expect(answer({ op: 'close', rolloutId, hostname })).toEqual({ error });
  });

  it('leave other questions to the reducer, and report unsupported ones', () => {
    const rehydrate: Question = { op: 'rehydrate', state };
    expect(keepRecords(answerQuestion)(rehydrate)).toEqual(answerQuestion(rehydrate));
    const answer = keepRecords(() => undefined);
    expect(answer(rehydrate)).toEqual({ unsupported: true });
    answer({ op: 'open', state, policy });
    expect(answer({ op: 'event', rolloutId, hostname, event, now: 1 })).toEqual({ unsupported: true });
  });

  it.each([{ ok: null }, { ok: 7 }, { ok: {} }, { err: {} }])('do not change after the answer %j', (result) => {
    const answer = keepRecords(() => result);
    answer({ op: 'open', state, policy });
    expect(answer({ op: 'event', rolloutId, hostname, event, now: 1 })).toEqual(result);
    expect(answer({ op: 'close', rolloutId, hostname })).toEqual({ ok: { state } });
  });
});
