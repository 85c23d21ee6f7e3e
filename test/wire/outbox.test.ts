import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeOutboxEntry,
  decodeOutboxHeader,
  encodeOutboxEntry,
  encodeOutboxHeader,
  type OutboxEntry,
  type OutboxHeader,
} from '../../src/wire/outbox.ts';
import * as arbitrary from '../support/arbitraries.ts';
import { eventSamples } from './event-samples.ts';
import { expectRoundTrip, pathsOf, valueOf } from './law.ts';

const entries: fc.Arbitrary<OutboxEntry> = fc.record(
  { rolloutId: arbitrary.rolloutId, event: arbitrary.outboundEvent, durable: fc.boolean() },
  { noNullPrototype: true },
);

const headers: fc.Arbitrary<OutboxHeader> = fc.record(
  {
    rolloutId: arbitrary.rolloutId,
    manifest: fc.record(
      {
        rolloutId: arbitrary.rolloutId,
        hostname: arbitrary.name,
        channel: arbitrary.name,
        targetClosure: arbitrary.name,
        policy: arbitrary.rolloutPolicy,
      },
      { noNullPrototype: true },
    ),
    record: arbitrary.hostRolloutState,
    numberedTo: arbitrary.lastEventSeq,
    bootId: fc.option(arbitrary.name),
    activation: fc.option(fc.nat()),
  },
  { noNullPrototype: true },
);

describe('an outbox entry', () => {
  test('survives the disk', () => {
    fc.assert(
      fc.property(entries, (entry) => {
        expectRoundTrip(entry, encodeOutboxEntry, decodeOutboxEntry);
      }),
    );
  });

  test('names every wrong field at once', () => {
    const event = { ...eventSamples.Failed.json, seq: 0 };
    expect(pathsOf(decodeOutboxEntry({ rolloutId: 'stable', event, durable: 1 }))).toStrictEqual([
      '$.rolloutId',
      '$.event.seq',
      '$.durable',
    ]);
  });
});

describe('an outbox header', () => {
  test('survives the disk, with every probe of its record', () => {
    fc.assert(
      fc.property(headers, (header) => {
        expectRoundTrip(header, encodeOutboxHeader, decodeOutboxHeader);
      }),
    );
  });

  const [header] = fc.sample(headers, { numRuns: 1, seed: 1 });
  if (header === undefined) throw new Error('There is no sample.');

  test('of an older agent does not know the boot', () => {
    const { bootId: _, ...older } = encodeOutboxHeader(header);
    expect(valueOf(decodeOutboxHeader(older)).bootId).toBeNull();
  });

  test('keeps a probe called __proto__, and names the wrong fields of any probe', () => {
    const probe = { status: 'pass', mode: 'enforce', lastObservedAt: '2026-05-16T10:00:00Z' };
    const read = (probes: unknown) => {
      const json = encodeOutboxHeader(header);
      return decodeOutboxHeader({ ...json, record: { ...Object(json['record']), probes } });
    };
    const probes: unknown = JSON.parse(`{"__proto__":${JSON.stringify(probe)},"http":${JSON.stringify(probe)}}`);
    expect(Object.keys(valueOf(read(probes)).record.probes)).toStrictEqual(['__proto__', 'http']);
    expect(pathsOf(read({ 'my probe': { ...probe, mode: 'warn' }, http: 5 }))).toStrictEqual([
      '$.record.probes["my probe"].mode',
      '$.record.probes.http',
    ]);
    expect(pathsOf(read([]))).toStrictEqual(['$.record.probes']);
    expect(pathsOf(read(Object.fromEntries(Array.from({ length: 5000 }, (__, at) => [`p${at}`, 1]))))).toHaveLength(
      1001,
    );
  });
});
