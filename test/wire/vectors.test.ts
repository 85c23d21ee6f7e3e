import { describe, expect, test } from 'vitest';
import type { OutboundEvent } from '../../src/machine/events.ts';
import type { HostRolloutState } from '../../src/machine/record.ts';
import { decodeEnvelope, encodeEnvelope } from '../../src/wire/envelope.ts';
import { snapshotOf } from '../../src/wire/index.ts';
import { parseRolloutId } from '../../src/wire/rollout-id.ts';
import { decodeSnapshot, encodeSnapshot } from '../../src/wire/snapshot.ts';
import { hasSharedFile, readSharedLines } from '../support/shared-folder.ts';
import { expectRoundTrip } from './law.ts';

const file = 'vectors/sample.jsonl';

/** Every object anywhere in `root` that has all of `fields`. */
function objectsWith(root: unknown, fields: readonly string[]): readonly object[] {
  const found: object[] = [];
  const pending: unknown[] = [root];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    if (fields.every((field) => Object.hasOwn(value, field))) found.push(value);
    pending.push(...Object.values(value).filter((inner) => inner !== undefined));
  }
  return found;
}

describe.skipIf(!hasSharedFile(file))('the reference answers (skipped where the shared folder is absent)', () => {
  test('hold no outbound event that the wire would change', () => {
    const payloads = objectsWith(readSharedLines(file), ['payload']).map(
      // The reference answers are in the shapes of the specification, as their own README says.
      (effect) => (effect as { payload: OutboundEvent }).payload,
    );
    expect(payloads.length).toBeGreaterThan(300);
    for (const event of payloads) {
      const envelope = { hostname: 'h1', rolloutId: 'stable@r1', event, signature: null };
      expectRoundTrip(envelope, encodeEnvelope, decodeEnvelope);
    }
  });

  test('hold no record whose snapshot the wire would change', () => {
    const records = objectsWith(readSharedLines(file), ['targetClosure', 'probes', 'lastEventSeq'])
      // As above.
      .map((record) => record as HostRolloutState)
      // Some have a rollout id that is none, which the machine does not mind and the wire does.
      .filter((record) => parseRolloutId(record.rolloutId).ok);
    expect(records.length).toBeGreaterThan(500);
    for (const record of records) expectRoundTrip(snapshotOf(record), encodeSnapshot, decodeSnapshot);
  });
});
