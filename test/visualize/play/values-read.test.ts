import { expect, it } from 'vitest';
import { valuesRead } from '../../../src/visualize/play/values-read.ts';

it('fields are named with their object, in the order read', () => {
  const record = { seq: 3, state: 'Soaking', soakDueAt: null };
  const event = { seq: 4, type: 'LocalActivate' };
  const read = valuesRead({ record, event }, (watched) => {
    // Both have a field of this name, and one is read twice.
    const isLater = watched.event.seq > watched.record.seq;
    return isLater && watched.record.soakDueAt === null && watched.event.seq === 4;
  });
  expect(read).toEqual([
    { name: 'event.seq', value: 4 },
    { name: 'record.seq', value: 3 },
    { name: 'record.soakDueAt', value: null },
  ]);
});

it('reports only fields read', () => {
  expect(valuesRead({ record: { seq: 1 } }, () => true)).toEqual([]);
  expect(valuesRead({ record: [1] }, ({ record }) => Reflect.get(record, Symbol.iterator))).toEqual([]);
});
