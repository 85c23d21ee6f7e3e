import { decodeWith } from './codec.ts';
import { object, optional } from './composites.ts';
import type { Dispatch } from './dispatch.ts';
import type { JsonObject } from './json.ts';
import { rolloutIdText, text, time } from './scalars.ts';
import type { WireResult } from './wire-result.ts';

const dispatchCodec = object<Dispatch>({ rolloutId: rolloutIdText, targetClosure: text, soakDueAt: optional(time) });

/**
 * Reads a dispatch from the answer to `GET /v1/agent/dispatch` (specification: wire, "Dispatch"). Never throws. An
 * answer without a body has nothing to decode, and is the caller's to tell apart.
 */
export function decodeDispatch(json: unknown): WireResult<Dispatch> {
  return decodeWith(dispatchCodec, json);
}

/**
 * The reverse of {@link decodeDispatch}.
 *
 * @throws RangeError for a value that could not be decoded again.
 */
export function encodeDispatch(dispatch: Dispatch): JsonObject {
  return dispatchCodec.encode(dispatch, '$');
}
