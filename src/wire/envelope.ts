import {
  eventTable,
  outboundEventTypes,
  seqFields,
  type FieldTable,
  type OutboundEvent,
  type OutboundEventType,
  type ValuesOf,
} from '../machine/index.ts';
import { describeValue, isObject } from '../text/index.ts';
import {
  batchOf,
  decodeBatchWith,
  decodeWith,
  object,
  optional,
  ownField,
  UNREADABLE,
  type Codec,
  type ObjectCodec,
} from './codec.ts';
import { MAX_BATCH_LENGTH } from './event-answer.ts';
import { codecsOf, oneOf, rolloutIdText, seq, text } from './field-codecs.ts';
import type { JsonObject } from './json.ts';
import { problemAt, type WireBatchResult, type WireResult } from './problems.ts';

/** One event of one host in one rollout, as an agent posts it (specification: wire, "the event envelope"). */
export interface Envelope {
  readonly hostname: string;
  readonly rolloutId: string;
  readonly event: OutboundEvent;
  /** In hexadecimal. Passed on, never checked here. */
  readonly signature: string | null;
}

type Body = ObjectCodec<ValuesOf<FieldTable>>;

const bodies: ReadonlyMap<OutboundEventType, Body> = new Map(
  outboundEventTypes.map((type): readonly [OutboundEventType, Body] => {
    const fields: FieldTable = { ...eventTable[type].fields, ...seqFields };
    return [type, object(codecsOf(fields))];
  }),
);

function bodyOf(type: OutboundEventType): Body {
  const body = bodies.get(type);
  if (body === undefined) throw new RangeError(`The wire has no event ${JSON.stringify(type)}.`);
  return body;
}

const kind = oneOf(outboundEventTypes);

/** An event, tagged by `kind` on the wire and by `type` in memory. */
export const outboundEventCodec: Codec<OutboundEvent> = {
  decode: (json, path, reports) => {
    if (!isObject(json)) {
      reports.problems.add(path, 'an object', json);
      return UNREADABLE;
    }
    const type = kind.decode(ownField(json, 'kind'), `${path}.kind`, reports);
    if (type === UNREADABLE) {
      // Of an unknown kind, only the fields that all kinds share can be checked.
      seq.decode(ownField(json, 'seq'), `${path}.seq`, reports);
      return UNREADABLE;
    }
    const body = bodyOf(type).decode(json, path, reports);
    // The type, and the fields that the table lists for it, are the whole event.
    return body === UNREADABLE ? body : ({ type, ...body } as unknown as OutboundEvent);
  },
  encode: (event, path) => ({ kind: event.type, ...bodyOf(event.type).encode(event, path) }),
};

const envelopeCodec = object<Envelope>({
  hostname: text,
  rolloutId: rolloutIdText,
  event: outboundEventCodec,
  signature: optional(text),
});

const envelopesCodec = batchOf(envelopeCodec);

/** Decodes an envelope posted to `/v1/agent/events` (specification: wire, "the event envelope"). Never throws. */
export function decodeEnvelope(json: unknown): WireResult<Envelope> {
  return decodeWith(envelopeCodec, json);
}

/**
 * The reverse of {@link decodeEnvelope}.
 *
 * @throws RangeError for a value that `decodeEnvelope` would refuse: a time outside the years 0000 to 9999, an exit
 *   code that is not an integer, a malformed rollout id. Such an event can never be sent; the agent's core refuses its
 *   input.
 */
export function encodeEnvelope(envelope: Envelope): JsonObject {
  return envelopeCodec.encode(envelope, '$');
}

/** Decodes a list of envelopes. The readable ones are kept, in order; `skipped` has the paths of the others. */
export function decodeEnvelopes(json: unknown): WireBatchResult<readonly Envelope[]> {
  return decodeBatchWith(envelopesCodec, json);
}

/**
 * Decodes up to {@link MAX_BATCH_LENGTH} envelopes posted in one request. There is one result for each, in order,
 * because each gets its own answer. Never throws.
 */
export function decodeEnvelopeBatch(json: unknown): WireResult<readonly WireResult<Envelope>[]> {
  if (!Array.isArray(json) || json.length > MAX_BATCH_LENGTH) {
    const limit = `a list of at most ${MAX_BATCH_LENGTH} envelopes`;
    return { ok: false, problems: [problemAt('$', limit, describeValue(json))] };
  }
  const envelopes = json.map((entry: unknown, index) => decodeWith(envelopeCodec, entry, `$[${index}]`));
  return { ok: true, value: envelopes };
}
