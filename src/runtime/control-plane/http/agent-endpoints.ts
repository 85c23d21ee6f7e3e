import type { Dispatch, Envelope, WireResult } from '../../../wire/index.ts';
import {
  BATCH_HEADER,
  decodeEnvelope,
  decodeEnvelopeBatch,
  decodeHeartbeat,
  encodeDispatch,
  encodeEventAnswer,
  encodeEventAnswers,
  encodeHeartbeatAnswer,
  MAX_BATCH_LENGTH,
  parseJson,
  REFUSAL_HEADER,
  REPLAY_FROM_HEADER,
  undecodable,
  type EventStatus,
} from '../../../wire/index.ts';
import { showName } from '../../../text/index.ts';
import type { ControlPlaneEngine, NotTaken } from '../engine.ts';
import { tryLater, problem, type HttpAnswer } from './answer.ts';
import type { HostRates } from './host-rates.ts';
import type { ParkedPolls } from './parked-polls.ts';
import { readBody, type BodyRoom } from './read-body.ts';

/** The sender of a request: a host by its certificate, anyone (without TLS), or an unauthorised client. */
export type Caller =
  | { readonly is: 'host'; readonly hostname: string }
  | { readonly is: 'anybody' }
  | { readonly is: 'refused'; readonly reason: string };

/** What the endpoints for agents need. */
export interface AgentEndpoints {
  readonly engine: ControlPlaneEngine;
  readonly polls: ParkedPolls;
  readonly rates: HostRates;
  readonly room: BodyRoom;
  readonly maxBodyBytes: number;
  /** The outstanding dispatch of a host. */
  readonly dispatchOf: (hostname: string) => Dispatch | null;
  /** Called when a request is answered with 403. */
  readonly onForbidden: (request: AgentRequest, reason: string) => void;
}

/** A request from an agent, independent of the kind of server. */
export interface AgentRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly caller: Caller;
  /** The client's address, for the log; `null` if unknown. */
  readonly from: string | null;
  readonly contentLength: number;
  readonly body: AsyncIterable<Uint8Array>;
  /** The header with that name, if any. */
  readonly traceparent: string | null;
  /** Calls back if the client disconnects before it is answered. */
  readonly onGone: (callback: () => void) => void;
}

const ROUTES: Readonly<Record<string, { readonly method: 'GET' | 'POST'; readonly serve: Serve }>> = {
  '/v1/agent/events': { method: 'POST', serve: postEvents },
  '/v1/agent/heartbeat': { method: 'POST', serve: postHeartbeat },
  '/v1/agent/dispatch': { method: 'GET', serve: getDispatch },
};

type Serve = (on: AgentEndpoints, exchange: Exchange) => Promise<HttpAnswer>;

interface Exchange {
  readonly request: AgentRequest;
  readonly query: string;
  readonly caller: Exclude<Caller, { readonly is: 'refused' }>;
}

export const AGENT_PATHS: readonly string[] = Object.keys(ROUTES);

/** Whether a path, with or without a query, is for agents. */
export function isForAgents(url: string): boolean {
  return Object.hasOwn(ROUTES, url.split('?', 1)[0] ?? '');
}

/** Answers a request from an agent (specification: wire). Its path must be one for agents. Never rejects. */
export async function answerAgent(on: AgentEndpoints, request: AgentRequest): Promise<HttpAnswer> {
  const [path = '', query = ''] = request.url.split('?', 2);
  const route = Object.hasOwn(ROUTES, path) ? ROUTES[path] : undefined;
  if (route === undefined) return problem(404, 'path', 'There is nothing at this path.');
  if (request.method !== route.method)
    return problem(405, 'method', `Use ${route.method} here.`, { allow: route.method });
  const { caller } = request;
  if (caller.is === 'refused') {
    on.onForbidden(request, caller.reason);
    return { ...problem(403, 'forbidden', caller.reason), closes: true };
  }
  if (caller.is === 'host' && !on.rates.take(caller.hostname)) return { ...tooManyRequests(), closes: true };
  try {
    return await route.serve(on, { request, query, caller });
  } catch {
    return problem(500, 'defect', 'The control plane could not handle this.');
  }
}

async function postEvents(on: AgentEndpoints, { request, caller }: Exchange): Promise<HttpAnswer> {
  const body = await readJson(on, request);
  if (!body.ok) return body.answer ?? refusal(undecodable(body.problems));
  if (!Array.isArray(body.value)) {
    const taken = await takeEnvelope(on, request, caller, decodeEnvelope(body.value));
    return 'because' in taken ? taken.because : withBatchHeader(refusal(taken));
  }
  const batch = decodeEnvelopeBatch(body.value);
  if (!batch.ok) return refusal(undecodable(batch.problems));
  const answers = await Promise.all(batch.value.map((read) => takeEnvelope(on, request, caller, read)));
  const statuses: EventStatus[] = [];
  for (const answer of answers) {
    // The answer cannot ask for a single event of a list again, so the agent resends all. Duplicates are accepted.
    if ('because' in answer) return answer.because;
    statuses.push(answer);
  }
  return withBatchHeader({ status: 200, body: encodeEventAnswers(statuses) });
}

type NotAnswered = { readonly because: HttpAnswer };

async function takeEnvelope(
  on: AgentEndpoints,
  request: AgentRequest,
  caller: Exchange['caller'],
  read: WireResult<Envelope>,
): Promise<EventStatus | NotAnswered> {
  if (!read.ok) return undecodable(read.problems);
  const envelope = read.value;
  const stopped = mayNot(on, request, caller, envelope.hostname);
  if (stopped !== null) return { because: stopped };
  const taken = await on.engine.submit({ type: 'EventReceived', envelope }, { traceparent: request.traceparent });
  if (!taken.ok) return { because: notTaken(taken.because) };
  const { status, refusal } = taken.reply;
  return { status, refusal };
}

async function postHeartbeat(on: AgentEndpoints, { request, caller }: Exchange): Promise<HttpAnswer> {
  const body = await readJson(on, request);
  if (!body.ok) return body.answer ?? refusal(undecodable(body.problems));
  const read = decodeHeartbeat(body.value);
  if (!read.ok) return refusal(undecodable(read.problems));
  const stopped = mayNot(on, request, caller, read.value.hostname);
  if (stopped !== null) return stopped;
  const isComplete = read.skipped.length === 0;
  const taken = await on.engine.submit({ type: 'HeartbeatReceived', heartbeat: read.value, isComplete });
  if (!taken.ok) return notTaken(taken.because);
  const { replayFromHeader, body: answer } = encodeHeartbeatAnswer(taken.reply);
  const headers = replayFromHeader === null ? {} : { [REPLAY_FROM_HEADER]: replayFromHeader };
  return withBatchHeader({ status: 200, headers, body: answer });
}

async function getDispatch(on: AgentEndpoints, { request, query, caller }: Exchange): Promise<HttpAnswer> {
  const named = new URLSearchParams(query).get('hostname');
  const hostname = named ?? (caller.is === 'host' ? caller.hostname : null);
  if (hostname === null || hostname === '')
    return problem(400, 'hostname', 'Without a client certificate, name the host: /v1/agent/dispatch?hostname=NAME.');
  const stopped = mayNot(on, request, caller, hostname);
  if (stopped !== null) return stopped;
  const dispatch = on.dispatchOf(hostname);
  if (dispatch !== null) return answerToPoll(dispatch);
  const parked = on.polls.park(hostname);
  if (parked === null) return tryLater(503, 'polls', 'Too many polls are waiting.', RETRY_SECS);
  request.onGone(parked.leave);
  return answerToPoll(await parked.answered);
}

/** A dispatch, or 204 for none. */
function answerToPoll(dispatch: Dispatch | null): HttpAnswer {
  return dispatch === null ? { status: 204 } : { status: 200, body: encodeDispatch(dispatch) };
}

/** Why this caller may not act for `hostname` now; `null` if it may. */
function mayNot(
  on: AgentEndpoints,
  request: AgentRequest,
  caller: Exchange['caller'],
  hostname: string,
): HttpAnswer | null {
  if (caller.is === 'anybody') return on.rates.take(hostname) ? null : tooManyRequests();
  if (caller.hostname === hostname) return null;
  const reason = `The certificate of ${showName(caller.hostname)} is not for ${showName(hostname)}.`;
  on.onForbidden(request, reason);
  return problem(403, 'forbidden', reason);
}

type JsonBody =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly answer: HttpAnswer }
  | { readonly ok: false; readonly answer: null; readonly problems: Parameters<typeof undecodable>[0] };

async function readJson({ maxBodyBytes, room }: AgentEndpoints, request: AgentRequest): Promise<JsonBody> {
  const body = await readBody(request.body, request.contentLength, maxBodyBytes, room);
  if (body.ok) {
    const parsed = parseJson(body.text);
    return parsed.ok ? parsed : { ...parsed, answer: null };
  }
  switch (body.because) {
    case 'too-large': {
      const answer = problem(
        413,
        'body',
        `The body is over the limit of ${maxBodyBytes} bytes. Send fewer events at once.`,
      );
      return { ok: false, answer: { ...answer, closes: true } };
    }
    case 'no-room':
      return {
        ok: false,
        answer: { ...tryLater(503, 'busy', 'Too much data is being sent at once.', RETRY_SECS), closes: true },
      };
    case 'not-utf8':
      return { ok: false, answer: null, problems: [NOT_UTF8] };
    case 'gone':
      return { ok: false, answer: problem(400, 'gone', 'The request ended early.') };
  }
}

const NOT_UTF8 = {
  path: '$',
  message: 'expected UTF-8, got other bytes',
  expected: 'UTF-8',
  got: 'other bytes',
  remedy: 'Send JSON in UTF-8.',
};

/** The answer to a single event, and to an unreadable body. */
function refusal(status: EventStatus): HttpAnswer {
  const { status: code, refusalHeader, body } = encodeEventAnswer(status);
  if (refusalHeader === null) return { status: code };
  return { status: code, headers: { [REFUSAL_HEADER]: refusalHeader }, body };
}

function withBatchHeader(answer: HttpAnswer): HttpAnswer {
  return { ...answer, headers: { ...answer.headers, [BATCH_HEADER]: String(MAX_BATCH_LENGTH) } };
}

const RETRY_SECS = 5;

function tooManyRequests(): HttpAnswer {
  return tryLater(429, 'rate', 'This host sends too many requests. Try again in a moment.', RETRY_SECS);
}

function notTaken(because: NotTaken): HttpAnswer {
  switch (because) {
    case 'busy':
      return tryLater(503, 'busy', 'Too many requests are waiting.', RETRY_SECS);
    case 'store':
      return tryLater(503, 'store', 'The database rejects writes at the moment.', RETRY_SECS);
    case 'closing':
      return tryLater(503, 'closing', 'This control plane is stopping.', RETRY_SECS);
    case 'defect':
      return problem(500, 'defect', 'The control plane could not handle this.');
  }
}
