import { expect, test } from 'vitest';
import type { OutboundEvent, OutboundEventType } from '../../src/machine/events.ts';
import type { Codec } from '../../src/wire/codec.ts';
import { listOf, object, optional } from '../../src/wire/codec.ts';
import type { Dispatch } from '../../src/wire/dispatch.ts';
import type { WireBatchResult, WireResult } from '../../src/wire/index.ts';
import { rolloutIdText, text, time } from '../../src/wire/field-codecs.ts';

/** Wrong programs, kept to prove that they do not compile. None is ever run. */
export function wrongPrograms(
  result: WireResult<Dispatch>,
  batch: WireBatchResult<Dispatch>,
  codec: Codec<OutboundEvent>,
) {
  // @ts-expect-error a field without a codec
  object<Dispatch>({ rolloutId: rolloutIdText, targetClosure: text });
  // @ts-expect-error a codec of another type
  object<Dispatch>({ rolloutId: rolloutIdText, targetClosure: time, soakDueAt: optional(time), dispatchedAt: time });
  // @ts-expect-error a field that may be null, read as one that may not
  object<Dispatch>({ rolloutId: rolloutIdText, targetClosure: text, soakDueAt: time, dispatchedAt: time });
  // @ts-expect-error an optional field as the entry of a list, where nothing can be left out
  listOf(optional(text));
  // @ts-expect-error a table of kinds that lacks some
  const kinds: { [Type in OutboundEventType]: true } = { Converged: true };
  // @ts-expect-error a value taken without asking whether there is one
  const value: Dispatch = result.value;
  // @ts-expect-error an event that is not one
  codec.encode({ type: 'Rebooted', seq: 1 }, '$');
  return [kinds, value, batch.ok && batch.skipped];
}

test('the wrong programs are kept, for the compiler to refuse', () => {
  expect(wrongPrograms).toBeTypeOf('function');
});
