import { describe, expect, test } from 'vitest';
import type { Refusal } from '../../src/machine/refusals.ts';
import {
  batchLimit,
  encodeEventAnswer,
  encodeEventAnswers,
  eventDeliveries,
  eventDelivery,
  type EventStatus,
  undecodable,
} from '../../src/wire/event-answer.ts';

const refusal = { kind: 'Invariant', message: 'web-01 may not converge.' };
const accepted: EventStatus = { status: 204, refusal: null };
const conflict: EventStatus = { status: 409, refusal };
const unreadable: EventStatus = { status: 400, refusal: { kind: 'Undecodable', message: '$.event: missing.' } };

const answer = (status: number, refusalHeader: string | null = null, body: unknown = null) => ({
  status,
  refusalHeader,
  body,
});

describe('the answer to an event', () => {
  test('is 204, or a refusal that the control plane marks as its own', () => {
    expect(encodeEventAnswer(accepted)).toStrictEqual({ status: 204, refusalHeader: null, body: null });
    expect(encodeEventAnswer(conflict)).toStrictEqual({ status: 409, refusalHeader: 'Invariant', body: { refusal } });
  });

  test('takes the refusal of a machine, and says nothing of one that changed nothing', () => {
    const ofMachine: Refusal = { ...refusal, kind: 'SeqRegression', got: 1, last: 2, rolloutId: 's@1', hostname: 'h' };
    expect(encodeEventAnswer({ status: 204, refusal: ofMachine }).body).toBeNull();
    const { kind, message } = ofMachine;
    expect(encodeEventAnswer({ status: 409, refusal: ofMachine }).body).toStrictEqual({ refusal: { kind, message } });
  });

  test.each([null, { kind: '', message: '' }, { kind: 'A\r\nX: 1', message: '' }, { kind: 'Größe', message: '' }])(
    'is never a 409 with the refusal %j',
    (wrong) => {
      expect(() => encodeEventAnswer({ status: 409, refusal: wrong })).toThrow(RangeError);
    },
  );

  test('comes back as what became of the event', () => {
    expect(eventDelivery(encodeEventAnswer(accepted))).toStrictEqual({ outcome: 'accepted' });
    expect(eventDelivery(encodeEventAnswer(conflict))).toStrictEqual({ outcome: 'refused', refusal });
    expect(eventDelivery(encodeEventAnswer(unreadable))).toMatchObject({ refusal: { kind: 'Undecodable' } });
  });

  test.each([null, 'gone', [], {}, { refusal: { kind: 'Invariant' } }])(
    'refuses by its header although its body is %j',
    (body) => {
      expect(eventDelivery(answer(422, 'Invariant', body))).toStrictEqual({
        outcome: 'refused',
        refusal: { kind: 'Invariant', message: 'The answer gives no reason.' },
      });
    },
  );

  // A 4xx of a proxy took the event out of the outbox for good.
  test.each([100, 200, 201, 302, 400, 401, 404, 409, 413, 429, 500, 502, 503])(
    'is none when something in between says %s',
    (status) => {
      expect(eventDelivery(answer(status, null, { refusal })).outcome).toBe('not-delivered');
    },
  );

  test.each([200, 302, 500, 503])('does not refuse with status %s, header or not', (status) => {
    expect(eventDelivery(answer(status, 'Invariant', { refusal })).outcome).toBe('not-delivered');
  });

  test('to an envelope that cannot be decoded says what is wrong with it, in a few sentences', () => {
    const problems = Array.from({ length: 8 }, (_, index) => ({
      path: '$',
      expected: '',
      got: '',
      message: `${index}`,
      remedy: '',
    }));
    expect(undecodable(problems)).toStrictEqual({
      status: 400,
      refusal: { kind: 'Undecodable', message: '$: 0. $: 1. $: 2. $: 3. $: 4. And 3 more.' },
    });
    expect(undecodable(problems.slice(0, 2)).refusal?.message).toBe('$: 0. $: 1.');
  });

  test('that never came says so', () => {
    expect(eventDelivery(null)).toStrictEqual({ outcome: 'not-delivered', reason: 'there was no answer' });
  });
});

describe('the answer to a list of events', () => {
  test('has one part for each, and what is wrong with one says nothing about the others', () => {
    const body = encodeEventAnswers([accepted, conflict, accepted, unreadable]);
    expect(body[1]).toStrictEqual({ status: 409, refusal });
    expect(body[2]).toStrictEqual({ status: 204 });
    expect(eventDeliveries(answer(200, null, body), 4).map(({ outcome }) => outcome)).toStrictEqual([
      'accepted',
      'refused',
      'accepted',
      'refused',
    ]);
  });

  test('delivers what it accepts, whatever the other parts are', () => {
    const parts = [7, null, {}, { status: 204 }, { status: 429 }, { status: 503, refusal }, { status: 204.5 }];
    const outcomes = eventDeliveries(answer(200, null, parts), parts.length).map(({ outcome }) => outcome);
    expect(outcomes.indexOf('accepted')).toBe(3);
    expect(outcomes.filter((outcome) => outcome === 'not-delivered')).toHaveLength(6);
  });

  test.each([
    ['no answer', null],
    ['one that is too short', answer(200, null, [{ status: 204 }])],
    ['one that is too long', answer(200, null, [{ status: 204 }, { status: 204 }, { status: 204 }])],
    ['one to a single event', answer(204)],
    ['a page of a proxy', answer(200, null, { length: 2 })],
    ['a refusal of the whole request', answer(400, 'Undecodable', { refusal })],
    ['an outage', answer(503, null, [{ status: 204 }, { status: 204 }])],
  ])('delivers none with %s', (_, wrong) => {
    expect(eventDeliveries(wrong, 2).map(({ outcome }) => outcome)).toStrictEqual(['not-delivered', 'not-delivered']);
  });

  test.each([
    [null, 1],
    [undefined, 1],
    ['100', 100],
    [' 7 ', 7],
    ['9007199254740993', 100],
    ['0', 1],
    ['-5', 1],
    ['1e2', 1],
    ['9'.repeat(400), 1],
    [100, 1],
  ])('is for as many as the header %j allows', (header, limit) => {
    expect(batchLimit(header)).toBe(limit);
  });
});
