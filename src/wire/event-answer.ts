import { decodeWith, object, optional } from './codec.ts';
import type { JsonObject } from './json.ts';
import { httpStatus, text } from './field-codecs.ts';
import type { WireProblem } from './problems.ts';

/** The header that marks a refusal as the control plane's own. Its value is the kind of the refusal. */
export const REFUSAL_HEADER = 'X-Nixfleet-Refusal';
/** The header in which a control plane says how many envelopes it accepts in one request. */
export const BATCH_HEADER = 'X-Nixfleet-Batch';
/** The most envelopes that one request may hold. */
export const MAX_BATCH_LENGTH = 100;

/** Why the control plane refuses an event for good, such as a `Refusal` of the host machine. */
export interface EventRefusal {
  /** `Invariant`, {@link UNDECODABLE}, or another kind from a newer control plane. */
  readonly kind: string;
  /** A sentence for a person. */
  readonly message: string;
}

/** The kind of refusal for an envelope that cannot be decoded. */
export const UNDECODABLE = 'Undecodable';

/** 204: accepted, or a duplicate. 409: an invariant does not hold. 400: the envelope cannot be decoded. */
export interface EventStatus {
  readonly status: 204 | 400 | 409;
  /** With 204, it may say why nothing happened, and is not sent. */
  readonly refusal: EventRefusal | null;
}

/** The answer to one event, in the parts of an HTTP response. */
export interface EventAnswerParts {
  readonly status: number;
  /** The value of the header {@link REFUSAL_HEADER}; `null` if there is none. */
  readonly refusalHeader: string | null;
  /** The parsed JSON body; `null` if there is none, or it cannot be parsed. */
  readonly body: unknown;
}

/** What an answer, or no answer, means for a posted event (specification: agent, rule 4). */
export type EventDelivery =
  | { readonly outcome: 'accepted' }
  /** Must not be sent again. */
  | { readonly outcome: 'refused'; readonly refusal: EventRefusal }
  /** The control plane itself did not answer: must be sent again with the same `seq`. */
  | { readonly outcome: 'not-delivered'; readonly reason: string };

const MAX_PROBLEMS_IN_MESSAGE = 5;

/** The refusal of an envelope that cannot be decoded. */
export function undecodable(problems: readonly WireProblem[]): EventStatus {
  const shown = problems.slice(0, MAX_PROBLEMS_IN_MESSAGE).map(({ path, message }) => `${path}: ${message}.`);
  const more = problems.length - shown.length;
  const message = [...shown, ...(more > 0 ? [`And ${more} more.`] : [])].join(' ');
  return { status: 400, refusal: { kind: UNDECODABLE, message } };
}

const ACCEPTED: EventDelivery = { outcome: 'accepted' };

const refusalCodec = object<EventRefusal>({ kind: text, message: text });
const bodyCodec = object<{ readonly refusal: EventRefusal }>({ refusal: refusalCodec });
const entryCodec = object<{ readonly status: number; readonly refusal: EventRefusal | null }>({
  status: httpStatus,
  refusal: optional(refusalCodec),
});

/**
 * The answer to one posted event (specification: wire, "Answers").
 *
 * @throws RangeError for a 400 or 409 without a refusal, or with a kind that a header cannot carry
 */
export function encodeEventAnswer(answer: EventStatus): EventAnswerParts {
  const refusal = refusalToSend(answer);
  if (refusal === null) return { status: answer.status, refusalHeader: null, body: null };
  return { status: answer.status, refusalHeader: refusal.kind, body: bodyCodec.encode({ refusal }, '$') };
}

/**
 * The body of the answer to a list of envelopes, in their order. Its status is always 200.
 *
 * @throws RangeError like {@link encodeEventAnswer}
 */
export function encodeEventAnswers(answers: readonly EventStatus[]): readonly JsonObject[] {
  return answers.map((answer, index) =>
    entryCodec.encode({ status: answer.status, refusal: refusalToSend(answer) }, `$[${index}]`),
  );
}

/**
 * What the answer to one posted event means. Only 204 accepts, and only a 4xx with {@link REFUSAL_HEADER} refuses:
 * anything else may come from a proxy, a rate limit or an outage. Never throws.
 *
 * @param answer `null` if there was none
 */
export function eventDelivery(answer: EventAnswerParts | null): EventDelivery {
  if (answer === null) return notDelivered('there was no answer');
  const { status, refusalHeader, body } = answer;
  if (status === 204) return ACCEPTED;
  if (refusalHeader === null || !isClientError(status)) return notDelivered(`the answer was ${status}`);
  const read = decodeWith(bodyCodec, body);
  // The header decides. If the body was lost or replaced on the way, only the message is lost.
  return refused(read.ok ? read.value.refusal : { kind: refusalHeader, message: 'The answer gives no reason.' });
}

/**
 * What the answer to a list of `count` envelopes means for each of them, in order. None is delivered if the answer does
 * not have one entry for each, or refuses the request as a whole, which says nothing about single events. Never throws.
 *
 * @param answer `null` if there was none
 */
export function eventDeliveries(answer: EventAnswerParts | null, count: number): readonly EventDelivery[] {
  const body: unknown = answer?.body;
  if (answer?.status === 200 && Array.isArray(body) && body.length === count) {
    return body.map((entry: unknown) => deliveryOfEntry(entry));
  }
  const reason =
    answer === null ? 'there was no answer' : `the answer (${answer.status}) does not have one entry for each event`;
  return Array.from({ length: count }, () => notDelivered(reason));
}

/**
 * How many envelopes the next request may hold: the value of {@link BATCH_HEADER} in the newest answer, at most
 * {@link MAX_BATCH_LENGTH}. 1 if the header is missing or cannot be read: then a single envelope is sent.
 */
export function batchLimit(header: unknown): number {
  const digits = typeof header === 'string' ? header.trim() : '';
  return /^[1-9][0-9]{0,15}$/.test(digits) ? Math.min(Number(digits), MAX_BATCH_LENGTH) : 1;
}

function deliveryOfEntry(entry: unknown): EventDelivery {
  const read = decodeWith(entryCodec, entry);
  if (!read.ok) return notDelivered('its part of the answer cannot be read');
  const { status, refusal } = read.value;
  if (status === 204) return ACCEPTED;
  return refusal !== null && isClientError(status) ? refused(refusal) : notDelivered(`its answer was ${status}`);
}

function refusalToSend({ status, refusal }: EventStatus): EventRefusal | null {
  if (status === 204) return null;
  if (refusal === null) throw new RangeError(`An answer with status ${status} must say why: give it a refusal.`);
  // Letters only, because a line break would start another header.
  if (!/^[A-Za-z]+$/.test(refusal.kind)) throw new RangeError('The kind of a refusal must consist of letters.');
  return { kind: refusal.kind, message: refusal.message };
}

const isClientError = (status: number): boolean => status >= 400 && status <= 499;
const refused = (refusal: EventRefusal): EventDelivery => ({ outcome: 'refused', refusal });
const notDelivered = (reason: string): EventDelivery => ({ outcome: 'not-delivered', reason });
