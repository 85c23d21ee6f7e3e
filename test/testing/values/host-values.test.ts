import { describe, expect, it } from 'vitest';
import { chartCells } from '../../../src/testing/index.ts';
import { eventSchema, recordSchema } from '../../../src/testing/fixtures/vocabulary-schemas.ts';
import { oddRolloutIds, oddTexts } from '../../../src/testing/values/odd-values.ts';
import { encodeEnvelope, toWireEvent } from '../../../src/wire/index.ts';
import { pathsOf } from '../../support/generated-paths.ts';

const questions = pathsOf('values').flatMap(({ start, policy, steps }) =>
  steps.map(({ event, now, expected }) => ({ record: start, policy, event, now, expected })),
);

describe('odd values', () => {
  it('are records and events of the specification', () => {
    const wrong = questions.flatMap(({ record, event }) => [
      ...(recordSchema.safeParse(record).error?.issues ?? []),
      ...(eventSchema.safeParse(event).error?.issues ?? []),
    ]);
    expect(wrong.slice(0, 3)).toEqual([]);
  });

  it('can cross the wire, so that no correct implementation may refuse to read them', () => {
    expect(() => {
      for (const { record, event } of questions) {
        const { hostname, rolloutId } = record;
        // A name may be empty in a record, but not on the wire.
        if (hostname !== '') encodeEnvelope({ hostname, rolloutId, event: toWireEvent(event), signature: null });
      }
    }).not.toThrow();
  });

  it('are accepted several hundred times in every legal cell, and refused in every illegal one', () => {
    const accepted = new Map<string, number>();
    const refused = new Set<string>();
    for (const { record, event, expected } of questions) {
      const cell = `${record.state}.${event.type}`;
      if (expected.ok) accepted.set(cell, (accepted.get(cell) ?? 0) + 1);
      else refused.add(cell);
    }
    for (const { key, target } of chartCells) {
      if (target !== null) expect(accepted.get(key), key).toBeGreaterThan(200);
      expect(refused.has(key), key).toBe(true);
    }
  });

  const pick = (paths: typeof questions, fields: (question: (typeof questions)[number]) => string): number =>
    new Set(paths.map(fields)).size;

  it('occur in pairs in every legal cell that accepts them', () => {
    for (const { key, target } of chartCells.filter((cell) => cell.target !== null)) {
      // Long and stray texts are not combined in pairs.
      const here = questions.filter(
        ({ record, event, expected }) =>
          expected.ok &&
          `${record.state}.${event.type}` === key &&
          oddTexts.includes(record.hostname) &&
          oddRolloutIds.includes(record.rolloutId),
      );
      expect(target).not.toBeNull();
      const names = pick(here, ({ record }) => record.hostname);
      const ids = pick(here, ({ record }) => record.rolloutId);
      expect(names).toBeGreaterThanOrEqual(16);
      const pairs = pick(here, ({ record }) => JSON.stringify([record.hostname, record.rolloutId]));
      expect(pairs).toBe(names * ids);
    }
  });
});
