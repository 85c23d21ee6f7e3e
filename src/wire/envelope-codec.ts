import { decodeBatchWith, decodeWith } from './codec.ts';
import { batchOf, object, optional } from './composites.ts';
import type { Envelope } from './envelope.ts';
import type { JsonObject } from './json.ts';
import { outboundEventCodec } from './outbound-event-codec.ts';
import { rolloutIdText, text } from './scalars.ts';
import type { WireBatchResult, WireResult } from './wire-result.ts';

const envelopeCodec = object<Envelope>({
  hostname: text,
  rolloutId: rolloutIdText,
  event: outboundEventCodec,
  signature: optional(text),
});

const envelopesCodec = batchOf(envelopeCodec);

/** Reads what an agent posted to `/v1/agent/events` (specification: wire, "the event envelope"). Never throws. */
export function decodeEnvelope(json: unknown): WireResult<Envelope> {
  return decodeWith(envelopeCodec, json);
}

/**
 * The reverse of {@link decodeEnvelope}.
 *
 * @throws RangeError for a value that could not be decoded again: a time outside the years 0000 to 9999, a number that
 * is no integer where one is due or out of its range, a malformed rollout id.
 */
export function encodeEnvelope(envelope: Envelope): JsonObject {
  return envelopeCodec.encode(envelope, '$');
}

/** Reads a list of envelopes. The good ones are kept, in order; the paths of `skipped` tell which are left out. */
export function decodeEnvelopes(json: unknown): WireBatchResult<readonly Envelope[]> {
  return decodeBatchWith(envelopesCodec, json);
}
