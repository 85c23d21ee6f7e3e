import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { metricsOf, type ControlPlaneEffect } from '../../../control-plane/index.ts';
import { hostStates } from '../../../machine/index.ts';
import { parseJson } from '../../../wire/index.ts';
import { isObject } from '../../../text/index.ts';
import type { Clock } from '../../shared/clock.ts';
import { PROMETHEUS_TYPE, prometheusText } from '../../shared/prometheus.ts';
import { tryLater, problem, sendAnswer, type HttpAnswer } from '../http/answer.ts';
import { BodyRoom, readBody } from '../http/read-body.ts';
import type { ControlPlaneService } from '../service.ts';
import { METRIC_HELPS } from '../stats.ts';
import type { ControlPlaneStore, EventQuery } from '../store.ts';
import type { RunStreams } from './run-streams.ts';
import { holdViews, hostViews, quarantineViews, rolloutViews } from './views.ts';

const LOCAL_NAME = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i;

/**
 * Why a request from an operator is refused; `null` if it is not. A token is given as the password of Basic, which
 * browsers ask for, or as a Bearer token. Without a token, only addresses that name this machine are served: a page
 * elsewhere can make its own name point here, but cannot hide it.
 */
function operatorRefusal({ headers, method }: IncomingMessage, token: string | null): HttpAnswer | null {
  if (token === null) {
    if (!LOCAL_NAME.test(headers.host ?? ''))
      return problem(403, 'forbidden', 'Without a token, only local requests are served.');
  } else if (!isToken(headers.authorization ?? '', token)) {
    const challenge = { 'www-authenticate': 'Basic realm="nixfleet", charset="UTF-8"' };
    return problem(401, 'token', 'Give the operator token, as the password of Basic or as a Bearer token.', challenge);
  }
  // A form on another site can send any request without permission, but not with this type.
  const isJson = (headers['content-type'] ?? '').split(';')[0]?.trim() === 'application/json';
  if (method === 'POST' && !isJson) return problem(415, 'content-type', 'Send application/json.');
  return null;
}

function isToken(authorization: string, token: string): boolean {
  const [scheme = '', value = ''] = authorization.split(' ', 2);
  if (/^bearer$/i.test(scheme)) return isEqual(value, token);
  if (!/^basic$/i.test(scheme)) return false;
  const pair = Buffer.from(value, 'base64').toString('utf8');
  return isEqual(pair.slice(pair.indexOf(':') + 1), token);
}

/** Takes the same time wherever the texts differ, so that timing reveals nothing. */
function isEqual(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

/** What the endpoints for operators need. */
export interface OperatorEndpoints {
  readonly service: ControlPlaneService;
  readonly store: ControlPlaneStore;
  readonly clock: Clock;
  readonly token: string | null;
  readonly streams: RunStreams;
  /** The page that `/` serves; `null` for none. */
  readonly page: string | null;
}

type Serve = (
  on: OperatorEndpoints,
  params: URLSearchParams,
  request: IncomingMessage,
) => HttpAnswer | Promise<HttpAnswer>;

const ROUTES: Readonly<Record<string, { readonly method: 'GET' | 'POST'; readonly serve: Serve }>> = {
  '/v1/operator/status': { method: 'GET', serve: status },
  '/v1/operator/rollouts': {
    method: 'GET',
    serve: ({ service }) => ok({ rollouts: rolloutViews(service.controlPlane) }),
  },
  '/v1/operator/hosts': { method: 'GET', serve: hosts },
  '/v1/operator/holds': { method: 'GET', serve: holds },
  '/v1/operator/quarantines': {
    method: 'GET',
    serve: ({ service }) => ok({ quarantines: quarantineViews(service.controlPlane) }),
  },
  '/v1/operator/events': { method: 'GET', serve: ({ store }, params) => eventsPage(store, params) },
  '/v1/operator/clear': { method: 'POST', serve: clear },
};

/** Answers a request from an operator, whatever its path. */
export function serveOperator(on: OperatorEndpoints, request: IncomingMessage, response: ServerResponse): void {
  const [path = '', query = ''] = (request.url ?? '').split('?', 2);
  if (serveHealth(on.service, path, response)) return;
  const refusal = operatorRefusal(request, on.token);
  if (refusal !== null) return sendAnswer(response, refusal);
  if (request.method === 'GET' && path === '/metrics') return sendMetrics(on, response);
  if (request.method === 'GET' && path === '/v1/operator/stream') return on.streams.serve(request, response);
  if (request.method === 'GET' && path === '/' && on.page !== null) return sendPage(on.page, response);
  const route = Object.hasOwn(ROUTES, path) ? ROUTES[path] : undefined;
  if (route === undefined) return sendAnswer(response, problem(404, 'path', 'There is nothing at this path.'));
  if (request.method !== route.method)
    return sendAnswer(response, problem(405, 'method', `Use ${route.method} here.`, { allow: route.method }));
  void answerWith(on, () => route.serve(on, new URLSearchParams(query), request), response);
}

/** `/healthz`: the process answers. `/readyz`: it takes inputs. Neither needs a token or reveals more. */
export function serveHealth({ engine }: ControlPlaneService, path: string, response: ServerResponse): boolean {
  if (path !== '/healthz' && path !== '/readyz') return false;
  const failure = path === '/readyz' ? engine.storeFailure : null;
  sendAnswer(
    response,
    failure === null ? ok({ status: 'ok' }) : tryLater(503, 'store', 'The database rejects writes.', RETRY_SECS),
  );
  return true;
}

const RETRY_SECS = 5;
const MAX_BODY_BYTES = 65_536;
const MAX_PAGE = 1000;
const DEFAULT_PAGE = 100;

const ok = (body: unknown): HttpAnswer => ({ status: 200, body });

async function answerWith(
  { service }: OperatorEndpoints,
  serve: () => HttpAnswer | Promise<HttpAnswer>,
  response: ServerResponse,
): Promise<void> {
  try {
    sendAnswer(response, await serve());
  } catch (error) {
    service.say('error', 'operator-request', error instanceof Error ? error.message : String(error));
    sendAnswer(response, problem(500, 'failed', 'This could not be answered. The log of the control plane says why.'));
  }
}

function sendMetrics({ service, clock }: OperatorEndpoints, response: ServerResponse): void {
  const metrics = [...metricsOf(service.controlPlane), ...service.stats.metrics(service, clock.now())];
  response.writeHead(200, { 'content-type': PROMETHEUS_TYPE, 'cache-control': 'no-store' });
  response.end(prometheusText(metrics, METRIC_HELPS));
}

function sendPage(page: string, response: ServerResponse): void {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'x-frame-options': 'DENY',
    'cross-origin-resource-policy': 'same-origin',
  };
  response.writeHead(200, headers);
  response.end(page);
}

function status({ service, clock }: OperatorEndpoints): HttpAnswer {
  const { controlPlane, seq, signedAt } = service.engine.folded;
  return ok({
    at: clock.now(),
    inputs: seq,
    signedAt,
    parkedPolls: service.polls.size,
    storeFailure: service.engine.storeFailure,
    dispatchFrom: controlPlane.config.dispatchFrom,
    rollouts: rolloutViews(controlPlane).filter(({ isNewest }) => isNewest),
    held: Object.fromEntries(service.engine.folded.holds.byGate()),
    quarantines: quarantineViews(controlPlane),
  });
}

function hosts({ service }: OperatorEndpoints, params: URLSearchParams): HttpAnswer {
  const state = params.get('state');
  if (state !== null && !hostStates.some((known) => known === state))
    return problem(400, 'query', `state: expected one of ${hostStates.join(', ')}.`);
  const filter = { rolloutId: params.get('rolloutId'), hostname: params.get('hostname'), state };
  return slice('hosts', hostViews(service.engine.folded, filter), params);
}

function holds({ service }: OperatorEndpoints, params: URLSearchParams): HttpAnswer {
  return slice('holds', holdViews(service.engine.folded, params.get('rolloutId')), params);
}

/** The entries from index `after` on, and where the next page begins. */
function slice(name: string, entries: Iterable<unknown>, params: URLSearchParams): HttpAnswer {
  const after = numberParam(params, 'after', 0, Number.MAX_SAFE_INTEGER, 0);
  const limit = numberParam(params, 'limit', 1, MAX_PAGE, DEFAULT_PAGE);
  if (typeof after !== 'number') return after;
  if (typeof limit !== 'number') return limit;
  const page: unknown[] = [];
  let index = 0;
  for (const entry of entries) {
    if (index >= after + limit) return ok({ [name]: page, next: after + limit });
    if (index >= after) page.push(entry);
    index += 1;
  }
  return ok({ [name]: page, next: null });
}

async function clear(
  { service }: OperatorEndpoints,
  _params: URLSearchParams,
  request: IncomingMessage,
): Promise<HttpAnswer> {
  const body = await readBody(request, 0, MAX_BODY_BYTES, new BodyRoom(MAX_BODY_BYTES));
  const parsed = body.ok ? parseJson(body.text) : null;
  const wish = parsed?.ok === true && isObject(parsed.value) ? parsed.value : {};
  const { rolloutId, operator, reason } = wish;
  if (typeof rolloutId !== 'string' || typeof operator !== 'string' || typeof reason !== 'string')
    return problem(400, 'body', 'Send { "rolloutId": …, "operator": who you are, "reason": why }.');
  const answer = await service.clear(rolloutId, operator, reason);
  if (answer === null) return tryLater(503, 'busy', 'The control plane cannot accept this at the moment.', RETRY_SECS);
  const { accepted, message } = answer;
  const asked = `${operator} asked to clear ${rolloutId} (${reason})`;
  const said = message === null ? `${asked}.` : `${asked}, which was refused: ${message}`;
  service.say('info', 'operator-cleared', said, { rolloutId, operator, reason, accepted });
  return { status: answer.accepted ? 200 : 409, body: answer };
}

/**
 * A page of the event log, filtered by `rolloutId`, `hostname` and any number of `type`, after the line with id
 * `after`. With `order=newest`, the newest lines come first.
 */
async function eventsPage(store: ControlPlaneStore, params: URLSearchParams): Promise<HttpAnswer> {
  const after = numberParam(params, 'after', 0, Number.MAX_SAFE_INTEGER, 0);
  const limit = numberParam(params, 'limit', 1, MAX_PAGE, DEFAULT_PAGE);
  if (typeof after !== 'number') return after;
  if (typeof limit !== 'number') return limit;
  const [rolloutId, hostname] = [params.get('rolloutId'), params.get('hostname')];
  // Safe: an unknown type finds nothing.
  const types = params.getAll('type') as ControlPlaneEffect['type'][];
  const query: EventQuery = {
    after,
    limit,
    newestFirst: params.get('order') === 'newest',
    ...(rolloutId === null ? {} : { rolloutId }),
    ...(hostname === null ? {} : { hostname }),
    ...(types.length === 0 ? {} : { types }),
  };
  const stored = await store.events(query);
  const events = stored.map(({ id, inputSeq, at, effect }) => ({ id, inputSeq, at, effect }));
  return { status: 200, body: { events, next: events.length < limit ? null : (events.at(-1)?.id ?? null) } };
}

/** Reads a query parameter as a whole number. Anything else gives an answer that says what was expected. */
function numberParam(
  params: URLSearchParams,
  name: string,
  min: number,
  max: number,
  absent: number,
): number | HttpAnswer {
  const text = params.get(name);
  if (text === null) return absent;
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  return problem(400, 'query', `${name}: expected a whole number from ${min} to ${max}.`);
}
