import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Envelope } from '../../src/wire/envelope.ts';
import { decodeEnvelope, decodeEnvelopeBatch, decodeEnvelopes, encodeEnvelope } from '../../src/wire/envelope.ts';
import { MAX_LISTED_PROBLEMS } from '../../src/wire/problems.ts';
import * as arbitrary from '../support/arbitraries.ts';
import { eventSampleList, eventSamples } from './event-samples.ts';
import { expectRoundTrip, pathsOf, problemsOf, valueOf } from './law.ts';

const around = { hostname: 'web-01', rolloutId: 'stable@a1b2c3d4' };

function decodeEvent(event: unknown) {
  return decodeEnvelope({ ...around, event });
}

function without(json: Readonly<Record<string, unknown>>, fields: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(json).filter(([name]) => !fields.includes(name)));
}

describe.each(eventSampleList)('$type', ({ event, json, optional }) => {
  test('is read and written', () => {
    expect(valueOf(decodeEvent(json))).toStrictEqual({ ...around, event, signature: null });
    expect(encodeEnvelope({ ...around, event, signature: null })).toStrictEqual({ ...around, event: json });
  });

  test.each(Object.keys(without(json, optional)))('needs %s', (field) => {
    expect(problemsOf(decodeEvent(without(json, [field])))[0]).toMatchObject({
      path: `$.event.${field}`,
      got: 'nothing',
    });
    expect(problemsOf(decodeEvent({ ...json, [field]: null }))[0]).toMatchObject({
      path: `$.event.${field}`,
      got: 'null',
    });
  });

  test('reads an absent or null field as null where it is optional, and leaves it out when writing', () => {
    const nulls = Object.fromEntries(optional.map((field) => [field, null]));
    const expected = { ...around, event: { ...event, ...nulls }, signature: null };
    expect(valueOf(decodeEvent(without(json, optional)))).toStrictEqual(expected);
    expect(valueOf(decodeEvent({ ...json, ...nulls }))).toStrictEqual(expected);
    expect(encodeEnvelope({ ...around, event: { ...event, ...nulls }, signature: null })).toStrictEqual({
      ...around,
      event: without(json, optional),
    });
  });

  test.each(Object.keys(json))('does not take a wrong type for %s', (field) => {
    for (const wrong of [{}, true, -0.5, [[]]]) {
      expect(pathsOf(decodeEvent({ ...json, [field]: wrong }))[0]).toContain(`$.event.${field}`);
    }
  });

  test('names every wrong field at once', () => {
    const wrong = Object.fromEntries(Object.keys(json).map((field) => [field, field === 'kind' ? json['kind'] : {}]));
    const expected = Object.keys(json).filter((field) => field !== 'kind');
    const paths = pathsOf(decodeEvent(wrong)).map((path) => path.replace('$.event.', ''));
    expect(paths.toSorted()).toStrictEqual(expected.toSorted());
  });

  test('ignores unknown fields, and says nothing of them afterwards', () => {
    const more = { ...json, type: 'x', note: { deep: [1] }, ['__proto__']: { seq: 5 }, constructor: 1 };
    expect(valueOf(decodeEvent(more)).event).toStrictEqual(event);
  });
});

describe('the envelope', () => {
  const { json } = eventSamples.Converged;

  test('keeps its signature, an empty one too', () => {
    for (const signature of ['00ff', '']) {
      const sent = { ...around, event: json, signature };
      expect(encodeEnvelope(valueOf(decodeEnvelope(sent)))).toStrictEqual(sent);
    }
    expect(encodeEnvelope(valueOf(decodeEnvelope({ ...around, event: json, signature: null })))).toStrictEqual({
      ...around,
      event: json,
    });
  });

  test('names the problems of all its parts at once, in the order of the fields', () => {
    const result = decodeEnvelope({
      hostname: 7,
      rolloutId: 'stable@',
      event: {
        kind: 'ProbeResult',
        mode: 'warn',
        status: 'pass',
        observedAt: '2026-02-30T00:00:00Z',
        failureReason: 3,
        subResults: [{ controlId: 'a', status: 'pass', framework: 'f' }, { status: 'ok', effectiveMode: 'on' }, null],
        seq: 0,
      },
      signature: [],
    });
    expect(pathsOf(result)).toStrictEqual([
      '$.hostname',
      '$.rolloutId',
      '$.event.probeName',
      '$.event.mode',
      '$.event.observedAt',
      '$.event.failureReason',
      '$.event.subResults[1].controlId',
      '$.event.subResults[1].status',
      '$.event.subResults[1].framework',
      '$.event.subResults[1].effectiveMode',
      '$.event.subResults[2]',
      '$.event.seq',
      '$.signature',
    ]);
    expect(problemsOf(result)[3]).toStrictEqual({
      path: '$.event.mode',
      expected: '"enforce" or "observe" or "disabled"',
      got: '"warn"',
      message: 'expected "enforce" or "observe" or "disabled", got "warn"',
      remedy: 'Correct the program that sends this message.',
    });
  });

  test.each([null, undefined, 'text', 5, true, [], [json]])('is an object, not %j', (json) => {
    expect(pathsOf(decodeEnvelope(json))).toStrictEqual(['$']);
    expect(pathsOf(decodeEvent(json))).toStrictEqual(['$.event']);
  });

  test.each(['Rebooted', 'converged', '', '__proto__', 'constructor', 'toString', null, ['Converged'], 0])(
    'has no kind %j',
    (kind) => {
      expect(pathsOf(decodeEvent({ ...json, kind, seq: -1 }))).toStrictEqual(['$.event.kind', '$.event.seq']);
    },
  );

  test('lists the kinds that it knows where it meets another', () => {
    const [problem] = problemsOf(decodeEvent({ ...json, kind: 'Rebooted' }));
    for (const { type } of eventSampleList) expect(problem?.expected).toContain(JSON.stringify(type));
  });

  test('does not take fields from a prototype', () => {
    expect(pathsOf(decodeEnvelope(Object.create({ ...around, event: json })))).toStrictEqual([
      '$.hostname',
      '$.rolloutId',
      '$.event',
    ]);
    expect(valueOf(decodeEvent(Object.assign(Object.create(null), json))).event).toStrictEqual(
      eventSamples.Converged.event,
    );
  });

  test.each([0, -1, 1.5, 2 ** 53, 1e300, Infinity, NaN, '4', 4n, null])('does not take %s for a seq', (seq) => {
    expect(pathsOf(decodeEvent({ ...json, seq }))).toStrictEqual(['$.event.seq']);
  });

  test('does not take a seq that JSON.parse has rounded', () => {
    const text = JSON.stringify({ ...around, event: json }).replace(/"seq":\d+/, '"seq":9007199254740993');
    expect(problemsOf(decodeEnvelope(JSON.parse(text)))).toMatchObject([
      { path: '$.event.seq', expected: 'an integer from 1 to 2^53-1' },
    ]);
  });

  test.each([1.5, 2 ** 53, '0', null])('does not take %s for an exit code', (exitCode) => {
    const rollback = eventSamples.RollbackComplete.json;
    expect(pathsOf(decodeEvent({ ...rollback, exitCode }))).toStrictEqual(['$.event.exitCode']);
  });

  test.each([-1, Infinity, '180'])('does not take %s for a duration', (sustainedDurationSecs) => {
    const failed = eventSamples.Failed.json;
    expect(pathsOf(decodeEvent({ ...failed, sustainedDurationSecs }))).toStrictEqual(['$.event.sustainedDurationSecs']);
  });

  test('reads an absent effectiveMode as enforce, and writes it', () => {
    const bare = { controlId: 'c', status: 'pass', framework: 'f' };
    const sent = { ...eventSamples.ProbeResult.json, subResults: [bare, { ...bare, effectiveMode: null }] };
    const read = valueOf(decodeEvent(sent));
    const subResult = { ...bare, article: null, effectiveMode: 'enforce', overrideReason: null };
    expect(read.event).toMatchObject({ subResults: [subResult, subResult] });
    expect(encodeEnvelope(read)['event']).toMatchObject({
      subResults: [
        { ...bare, effectiveMode: 'enforce' },
        { ...bare, effectiveMode: 'enforce' },
      ],
    });
  });

  test('refuses to write what could not be read again, with the path', () => {
    const { event } = eventSamples.Converged;
    const write = (change: object) => () =>
      encodeEnvelope({ ...around, event: { ...event, ...change }, signature: null });
    expect(write({ seq: 0 })).toThrow(/^\$\.event\.seq: expected an integer from 1 to 2\^53-1, got 0;/);
    expect(write({ convergedAt: NaN })).toThrow(/^\$\.event\.convergedAt: .* got NaN;/);
    expect(write({ convergedAt: 8.64e15 })).toThrow(RangeError);
    expect(() => encodeEnvelope({ ...around, rolloutId: '@', event, signature: null })).toThrow(/^\$\.rolloutId: /);
  });

  test('survives the wire', () => {
    fc.assert(
      fc.property(
        arbitrary.outboundEvent,
        arbitrary.name,
        arbitrary.rolloutId,
        fc.option(arbitrary.name),
        (event, hostname, rolloutId, signature) => {
          const envelope: Envelope = { hostname, rolloutId, event, signature };
          expectRoundTrip(envelope, encodeEnvelope, decodeEnvelope);
        },
      ),
    );
  });
});

describe('a batch of envelopes', () => {
  const good = (seq: number) => ({ ...around, event: { ...eventSamples.Converged.json, seq } });

  test('loses only its bad entries', () => {
    const bad = { ...good(2), hostname: null };
    const result = decodeEnvelopes([good(1), bad, null, good(3), { ...good(4), event: { kind: 'Rebooted', seq: 4 } }]);
    expect(valueOf(result).map(({ event }) => event.seq)).toStrictEqual([1, 3]);
    expect(result.ok && result.skipped.map(({ path }) => path)).toStrictEqual([
      '$[1].hostname',
      '$[2]',
      '$[4].event.kind',
    ]);
  });

  test('may be empty, and must be a list', () => {
    expect(decodeEnvelopes([])).toStrictEqual({ ok: true, value: [], skipped: [] });
    expect(pathsOf(decodeEnvelopes({ 0: good(1), length: 1 }))).toStrictEqual(['$']);
  });

  test('keeps the good entries after more bad ones than it lists', () => {
    const probes = [{ probeName: 'p', kind: 'http', mode: 'enforce' }];
    const declared = { kind: 'ProbeTopologyDeclared', probes, declaredAt: '2026-05-16T10:00:00Z', seq: 2 };
    const result = decodeEnvelopes([
      ...Array.from({ length: MAX_LISTED_PROBLEMS + 5 }, () => null),
      good(1),
      { ...good(1), event: declared },
    ]);
    expect(valueOf(result)).toHaveLength(2);
    expect(result.ok && result.skipped).toHaveLength(MAX_LISTED_PROBLEMS + 1);
    expect(result.ok && result.skipped.at(-1)?.message).toBe(
      'expected at most 1,000 problems, got more, which are not listed',
    );
  });

  test('lists as many problems as the limit allows without a word of more', () => {
    const result = decodeEnvelopes(Array.from({ length: MAX_LISTED_PROBLEMS }, () => null));
    expect(result.ok && result.skipped).toHaveLength(MAX_LISTED_PROBLEMS);
  });

  test('keeps exactly the entries that are readable on their own', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.jsonValue(),
            fc.nat().map((n) => good(n + 1)),
          ),
          { maxLength: 8 },
        ),
        (entries) => {
          const alone = entries
            .map((entry) => decodeEnvelope(entry))
            .flatMap((result) => (result.ok ? [result.value] : []));
          expect(valueOf(decodeEnvelopes(entries))).toStrictEqual(alone);
        },
      ),
    );
  });
});

describe('several envelopes in one request', () => {
  const good = (seq: number) => ({ ...around, event: { ...eventSamples.Converged.json, seq } });

  test('each have a result of their own', () => {
    const results = valueOf(decodeEnvelopeBatch([good(1), { ...good(2), hostname: null }, null, good(3)]));
    expect(results.map(({ ok }) => ok)).toStrictEqual([true, false, false, true]);
    expect(results.flatMap((result) => (result.ok ? [] : pathsOf(result)))).toStrictEqual(['$[1].hostname', '$[2]']);
  });

  test('may be none, and at most a hundred', () => {
    expect(valueOf(decodeEnvelopeBatch([]))).toStrictEqual([]);
    expect(valueOf(decodeEnvelopeBatch(Array.from({ length: 100 }, () => good(1))))).toHaveLength(100);
    expect(problemsOf(decodeEnvelopeBatch(Array.from({ length: 101 }, () => good(1))))).toMatchObject([
      { path: '$', expected: 'a list of at most 100 envelopes', got: 'a list of 101' },
    ]);
    expect(pathsOf(decodeEnvelopeBatch({ length: 1, 0: good(1) }))).toStrictEqual(['$']);
    expect(pathsOf(decodeEnvelopeBatch(good(1)))).toStrictEqual(['$']);
  });
});
