import { describe, expect, test } from 'vitest';
import { rolloutEventTable } from '../../src/rollout/rollout-events.ts';

/** The types that `field` gives to the fields of the specification's table, by the ends of their names. */
function expectedType(name: string): string {
  if (/rolloutId$/i.test(name)) return 'rolloutId';
  if (name === 'from' || name === 'to') return 'hostState';
  if (/wave$/i.test(name)) return 'count';
  return name === 'at' ? 'time' : 'text';
}

describe('the fields of rollout events', () => {
  test('have the types that the specification gives them', () => {
    for (const [event, fields] of Object.entries(rolloutEventTable)) {
      for (const [name, { type }] of Object.entries(fields))
        expect([event, name, type]).toEqual([event, name, expectedType(name)]);
    }
  });
});
