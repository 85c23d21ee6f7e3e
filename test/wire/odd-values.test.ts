import { describe, expect, test } from 'vitest';
import { eventTable, seqFields } from '../../src/machine/events.ts';
import { hostRecordFields } from '../../src/machine/record.ts';
import { decodeEnvelope, encodeEnvelope } from '../../src/wire/envelope.ts';
import { parseJson } from '../../src/wire/json.ts';
import { decodeOutboxHeader, encodeOutboxHeader } from '../../src/wire/outbox.ts';
import { decodeSnapshot, encodeSnapshot, snapshotOf } from '../../src/wire/snapshot.ts';
import { aHost } from '../support/a-host.ts';
import { oddTexts, withOddFields } from '../support/odd-values.ts';
import { eventSampleList } from './event-samples.ts';
import { expectRoundTrip, valueOf } from './law.ts';

const around = { hostname: 'web-01', rolloutId: 'stable@r1', signature: null };

test.each(eventSampleList)('every odd value of $type survives the wire', ({ event }) => {
  const events = withOddFields(event, { ...eventTable[event.type].fields, ...seqFields });
  expect(events.length).toBeGreaterThan(10);
  for (const odd of events) expectRoundTrip({ ...around, event: odd }, encodeEnvelope, decodeEnvelope);
});

test('every odd value of a record survives the wire and the disk', () => {
  const { rolloutId, hostname, channel, targetClosure } = aHost();
  const policy = { onHealthFailure: 'halt' } as const;
  const manifest = { rolloutId, hostname, channel, targetClosure, policy };
  for (const record of withOddFields(aHost(), hostRecordFields)) {
    expectRoundTrip(snapshotOf(record), encodeSnapshot, decodeSnapshot);
    const header = { rolloutId, manifest, record, numberedTo: record.lastEventSeq, bootId: hostname, activation: 1 };
    expectRoundTrip(header, encodeOutboxHeader, decodeOutboxHeader);
  }
});

describe('equal texts', () => {
  test('are those of equal code units: Unicode forms are not normalised', () => {
    const [composed, decomposed] = ['caf\u00e9', 'cafe\u0301'];
    expect(composed.normalize()).toBe(decomposed.normalize());
    const text = JSON.stringify({ [composed]: 1, [decomposed]: 2 });
    expect(Object.keys(Object(valueOf(parseJson(text))))).toStrictEqual([composed, decomposed]);
  });

  test('cross as they are, in every name of an envelope', () => {
    for (const text of oddTexts) {
      const { event } = eventSampleList.find(({ type }) => type === 'Converged') ?? {};
      if (event === undefined) throw new Error('There is no sample.');
      const envelope = { hostname: text, rolloutId: `x@${text}y`, event, signature: text };
      expectRoundTrip(envelope, encodeEnvelope, decodeEnvelope);
    }
  });
});
