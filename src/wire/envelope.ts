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
  /** Hexadecimal text, carried and never checked here. */
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
  if (body === undefined) throw new RangeError(`There is no event of the kind ${JSON.stringify(type)} on the wire.`);
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
      // An unknown kind is only known to have the fields that all kinds share.
      seq.decode(ownField(json, 'seq'), `${path}.seq`, reports);
      return UNREADABLE;
    }
    const body = bodyOf(type).decode(json, path, reports);
    // The type and the fields that the table gives it make up the event.
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

/** Reads what an agent posted to `/v1/agent/events` (specification: wire, "the event envelope"). Never throws. */
export function decodeEnvelope(json: unknown): WireResult<Envelope> {
  return decodeWith(envelopeCodec, json);
}

/**
 * The reverse of {@link decodeEnvelope}.
 *
 * @throws RangeError for a value that could not be decoded again: a time outside the years 0000 to 9999, an exit code
 * that is no integer, a malformed rollout id. Such an event can never be sent; the agent's core refuses its input.
 */
export function encodeEnvelope(envelope: Envelope): JsonObject {
  return envelopeCodec.encode(envelope, '$');
}

/** Reads a list of envelopes. The readable ones are kept, in order; the paths in `skipped` say which are left out. */
export function decodeEnvelopes(json: unknown): WireBatchResult<readonly Envelope[]> {
  return decodeBatchWith(envelopesCodec, json);
}

/**
 * Reads a list of up to {@link MAX_BATCH_LENGTH} envelopes that was posted in one request: a result for each, in order,
 * because each gets an answer of its own. Never throws.
 */
export function decodeEnvelopeBatch(json: unknown): WireResult<readonly WireResult<Envelope>[]> {
  if (!Array.isArray(json) || json.length > MAX_BATCH_LENGTH) {
    const limit = `a list of at most ${MAX_BATCH_LENGTH} envelopes`;
    return { ok: false, problems: [problemAt('$', limit, describeValue(json))] };
  }
  const envelopes = json.map((entry: unknown, index) => decodeWith(envelopeCodec, entry, `$[${index}]`));
  return { ok: true, value: envelopes };
}
