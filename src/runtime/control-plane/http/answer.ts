import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** The complete answer to one request. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers?: OutgoingHttpHeaders;
  /** JSON; absent for no body. */
  readonly body?: unknown;
  /** Ends the connection: the rest of the request is not read. */
  readonly closes?: boolean;
}

/** An answer outside the protocol, with a sentence as its body. It has no refusal header, so an agent retries. */
export function problem(status: number, code: string, message: string, headers: OutgoingHttpHeaders = {}): HttpAnswer {
  return { status, headers, body: { error: { code, message } } };
}

/** Like {@link problem}, with the number of seconds after which a retry makes sense. */
export function tryLater(status: 429 | 503, code: string, message: string, retryAfterSecs: number): HttpAnswer {
  return problem(status, code, message, { 'retry-after': String(retryAfterSecs) });
}

/** Sends an answer, unless the client has disconnected. */
export function sendAnswer(response: ServerResponse, { status, headers = {}, body, closes = false }: HttpAnswer): void {
  if (response.headersSent || response.destroyed) return;
  const text = body === undefined ? null : JSON.stringify(body);
  response.writeHead(status, {
    ...headers,
    ...(text === null ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
    'cache-control': 'no-store',
    ...(closes ? { connection: 'close' } : {}),
  });
  response.end(text ?? undefined);
}
