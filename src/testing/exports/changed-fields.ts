import type { ChartRecord } from '../engine.ts';

import { isEqual } from '../difference.ts';

/** The fields that an event wrote, except those that every accepted event writes, in the order of the record. */
export function changedFields(before: ChartRecord, after: ChartRecord): readonly (readonly [string, unknown])[] {
  const old = new Map<string, unknown>(Object.entries(before));
  return Object.entries(after).filter(
    ([field, value]) => field !== 'lastEventSeq' && field !== 'state' && !isEqual(value, old.get(field)),
  );
}
