import type { Time } from '../machine/index.ts';
import { decodeWith, object, optional } from './codec.ts';
import type { JsonObject } from './json.ts';
import { rolloutIdText, text, time } from './field-codecs.ts';
import type { WireResult } from './problems.ts';

/**
 * What the control plane advises a host to do (specification: wire, "Dispatch"). The agent acts on it only if the
 * signed manifest of the rollout names the same closure.
 */
export interface Dispatch {
  readonly rolloutId: string;
  readonly targetClosure: string;
  readonly soakDueAt: Time | null;
  /** By the control plane's clock. The agent keeps it in its record. */
  readonly dispatchedAt: Time;
}

const dispatchCodec = object<Dispatch>({
  rolloutId: rolloutIdText,
  targetClosure: text,
  soakDueAt: optional(time),
  dispatchedAt: time,
});

/**
 * Decodes a dispatch from the answer to `GET /v1/agent/dispatch` (specification: wire, "Dispatch"). Never throws. Do
 * not call it for an answer without a body, which means that there is no dispatch.
 */
export function decodeDispatch(json: unknown): WireResult<Dispatch> {
  return decodeWith(dispatchCodec, json);
}

/**
 * The reverse of {@link decodeDispatch}.
 *
 * @throws RangeError for a value that `decodeDispatch` would refuse
 */
export function encodeDispatch(dispatch: Dispatch): JsonObject {
  return dispatchCodec.encode(dispatch, '$');
}
