import {
  BATCH_HEADER,
  batchLimit,
  decodeDispatch,
  decodeHeartbeatAnswer,
  encodeEnvelope,
  encodeHeartbeat,
  eventDeliveries,
  eventDelivery,
  parseJson,
  REFUSAL_HEADER,
  REPLAY_FROM_HEADER,
  type Envelope,
  type EventAnswerParts,
  type Heartbeat,
  type WireProblem,
} from '../../wire/index.ts';
import type { Clock } from '../shared/clock.ts';
import { asError } from '../shared/runtime-problem.ts';
import { TRACEPARENT_HEADER, traceparentOf } from '../shared/traces.ts';
import { HttpClient, type ClientTls, type AgentHttpAnswer, type HttpQuestion } from './http-request.ts';
import type { EventsPosted, HeartbeatReply, PollReply, Transport, Unanswered } from './ports.ts';
import type { Time } from '../../machine/index.ts';

/** Limits how long a proxy can silence the agent. */
const LONGEST_WAIT_MS = 10 * 60_000;

/**
 * How long the header `Retry-After` asks to wait: a number of seconds, or a date. `null` without the header, or if it
 * cannot be read.
 */
function retryAfterMs(header: string | null, now: Time): number | null {
  if (header === null) return null;
  const text = header.trim();
  const waitMs = /^[0-9]{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(waitMs) ? null : Math.min(Math.max(0, waitMs), LONGEST_WAIT_MS);
}

/** How to reach the control plane. */
export interface HttpTransportOptions {
  /** Where the control plane is; a path in it is kept. */
  readonly url: URL;
  /** `null` for plain HTTP, or for HTTPS without a client certificate. */
  readonly tls: ClientTls | null;
  readonly clock: Clock;
  readonly requestTimeoutMs?: number;
  /** Longer than the control plane holds a poll, which is 60 s. */
  readonly pollTimeoutMs?: number;
  /** Sends the trace context of the host and rollout with their events, for OpenTelemetry. */
  readonly sendsTraceparent?: boolean;
}

const REQUEST_TIMEOUT_MS = 30_000;
const POLL_TIMEOUT_MS = 90_000;

type Asked = { readonly ok: true; readonly answer: AgentHttpAnswer } | { readonly ok: false; readonly reason: string };

/** The wire over HTTP, or HTTPS with a client certificate (specification: wire). */
export class HttpTransport implements Transport {
  readonly #client: HttpClient;
  readonly #clock: Clock;
  readonly #prefix: string;
  readonly #requestTimeoutMs: number;
  readonly #pollTimeoutMs: number;
  readonly #sendsTraceparent: boolean;

  constructor({ url, tls, clock, sendsTraceparent = false, ...timeouts }: HttpTransportOptions) {
    this.#client = new HttpClient(url, tls, clock);
    this.#clock = clock;
    this.#sendsTraceparent = sendsTraceparent;
    this.#prefix = url.pathname.replace(/\/$/, '');
    this.#requestTimeoutMs = timeouts.requestTimeoutMs ?? REQUEST_TIMEOUT_MS;
    this.#pollTimeoutMs = timeouts.pollTimeoutMs ?? POLL_TIMEOUT_MS;
  }

  async postEvents(envelopes: readonly Envelope[], signal: AbortSignal): Promise<EventsPosted> {
    const encoded = envelopes.map(encodeEnvelope);
    const isSingle = encoded.length === 1;
    const body = JSON.stringify(isSingle ? encoded[0] : encoded);
    const outcome = await this.#ask('/v1/agent/events', {
      method: 'POST',
      body,
      signal,
      headers: this.#traceOf(envelopes),
    });
    const parts = outcome.ok ? partsOf(outcome.answer) : null;
    return {
      deliveries: isSingle ? [eventDelivery(parts)] : eventDeliveries(parts, envelopes.length),
      retryAfterMs: outcome.ok ? this.#retryAfterMs(outcome.answer) : null,
    };
  }

  async heartbeat(heartbeat: Heartbeat, signal: AbortSignal): Promise<HeartbeatReply | Unanswered> {
    const body = JSON.stringify(encodeHeartbeat(heartbeat));
    const outcome = await this.#ask('/v1/agent/heartbeat', { method: 'POST', body, signal });
    if (!outcome.ok) return unanswered(outcome.reason);
    const { answer } = outcome;
    if (answer.status !== 200) return this.#notAnswered(answer);
    const json = parseJson(answer.text);
    if (!json.ok) return unanswered(unreadable(json.problems));
    const read = decodeHeartbeatAnswer(json.value, answer.header(REPLAY_FROM_HEADER.toLowerCase()));
    if (!read.ok) return unanswered(unreadable(read.problems));
    const limit = batchLimit(answer.header(BATCH_HEADER.toLowerCase()));
    return { answered: true, answer: read.value, batchLimit: limit };
  }

  async poll(hostname: string, signal: AbortSignal): Promise<PollReply | Unanswered> {
    const path = `/v1/agent/dispatch?hostname=${encodeURIComponent(hostname)}`;
    const outcome = await this.#ask(path, { method: 'GET', body: null, signal, timeoutMs: this.#pollTimeoutMs });
    if (!outcome.ok) return unanswered(outcome.reason);
    const { answer } = outcome;
    if (answer.status === 204) return { answered: true, dispatch: null };
    if (answer.status !== 200) return this.#notAnswered(answer);
    const json = parseJson(answer.text);
    if (!json.ok) return unanswered(unreadable(json.problems));
    if (json.value === null) return { answered: true, dispatch: null };
    const read = decodeDispatch(json.value);
    return read.ok ? { answered: true, dispatch: read.value } : unanswered(unreadable(read.problems));
  }

  close(): void {
    this.#client.close();
  }

  /** All envelopes of a request belong to one rollout. */
  #traceOf([first]: readonly Envelope[]): Readonly<Record<string, string>> {
    if (!this.#sendsTraceparent || first === undefined) return {};
    return { [TRACEPARENT_HEADER]: traceparentOf(first.hostname, first.rolloutId) };
  }

  async #ask(
    path: string,
    question: Omit<HttpQuestion, 'path' | 'timeoutMs'> & { readonly timeoutMs?: number },
  ): Promise<Asked> {
    try {
      const timeoutMs = question.timeoutMs ?? this.#requestTimeoutMs;
      return { ok: true, answer: await this.#client.ask({ ...question, timeoutMs, path: this.#prefix + path }) };
    } catch (error) {
      return { ok: false, reason: asError(error).message };
    }
  }

  #notAnswered(answer: AgentHttpAnswer): Unanswered {
    return unanswered(`the answer was ${answer.status}`, this.#retryAfterMs(answer));
  }

  #retryAfterMs(answer: AgentHttpAnswer): number | null {
    return retryAfterMs(answer.header('retry-after'), this.#clock.now());
  }
}

function unanswered(reason: string, waitMs: number | null = null): Unanswered {
  return { answered: false, reason, retryAfterMs: waitMs };
}

function partsOf(answer: AgentHttpAnswer): EventAnswerParts {
  const json = parseJson(answer.text);
  const refusalHeader = answer.header(REFUSAL_HEADER.toLowerCase());
  return { status: answer.status, refusalHeader, body: json.ok ? json.value : null };
}

function unreadable(problems: readonly WireProblem[]): string {
  const [first] = problems;
  return first === undefined
    ? 'the answer cannot be read'
    : `the answer cannot be read: ${first.path}: ${first.message}`;
}
