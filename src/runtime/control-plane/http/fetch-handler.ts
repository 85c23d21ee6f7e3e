import type { Caller } from './agent-endpoints.ts';
import type { AgentRequest } from './agent-endpoints.ts';
import type { HttpAnswer } from './answer.ts';

/** A request of the Fetch API, as servers outside of `node:http` have it. */
export function agentRequestOf(request: Request, caller: Caller): AgentRequest {
  const { pathname, search } = new URL(request.url);
  return {
    method: request.method,
    url: pathname + search,
    caller,
    from: null,
    contentLength: Number(request.headers.get('content-length') ?? 0),
    body: request.body ?? NOTHING,
    onGone: (callback) => request.signal.addEventListener('abort', callback),
  };
}

const NOTHING: AsyncIterable<Uint8Array> = { [Symbol.asyncIterator]: () => ({ next: async () => DONE }) };
const DONE = { done: true, value: undefined } as const;

/** The answer as the Fetch API has it. */
export function fetchResponse({ status, headers = {}, body }: HttpAnswer): Response {
  const sent = new Headers({ 'cache-control': 'no-store' });
  for (const [name, value] of Object.entries(headers)) sent.set(name, String(value));
  if (body === undefined) return new Response(null, { status, headers: sent });
  sent.set('content-type', 'application/json');
  return new Response(JSON.stringify(body), { status, headers: sent });
}
