import type { IncomingMessage, ServerResponse } from 'node:http';
import { TRACEPARENT_HEADER } from '../../shared/traces.ts';
import { AGENT_PATHS, type AgentRequest, type Caller } from './agent-endpoints.ts';
import type { HttpAnswer } from './answer.ts';

// Lets servers other than the control plane's own serve its agents.

/** Adapts a request of the Fetch API. */
export function agentRequestOf(request: Request, caller: Caller): AgentRequest {
  const { pathname, search } = new URL(request.url);
  return {
    method: request.method,
    url: pathname + search,
    caller,
    from: null,
    contentLength: Number(request.headers.get('content-length') ?? 0),
    body: request.body ?? NOTHING,
    traceparent: request.headers.get(TRACEPARENT_HEADER),
    onGone: (callback) => request.signal.addEventListener('abort', callback),
  };
}

const NOTHING: AsyncIterable<Uint8Array> = { [Symbol.asyncIterator]: () => ({ next: async () => DONE }) };
const DONE = { done: true, value: undefined } as const;

export function fetchResponse({ status, headers = {}, body }: HttpAnswer): Response {
  const sent = new Headers({ 'cache-control': 'no-store' });
  for (const [name, value] of Object.entries(headers)) sent.set(name, String(value));
  if (body === undefined) return new Response(null, { status, headers: sent });
  sent.set('content-type', 'application/json');
  return new Response(JSON.stringify(body), { status, headers: sent });
}

/** What the plugin uses of a Fastify instance. */
export interface FastifyRoutes {
  readonly all: (
    path: string,
    options: {
      readonly onRequest: (request: { readonly raw: IncomingMessage }, reply: FastifyHijack, done: () => void) => void;
    },
    handler: () => void,
  ) => unknown;
}

/** What the plugin uses of a Fastify reply. */
export interface FastifyHijack {
  readonly raw: ServerResponse;
  readonly hijack: () => unknown;
}

/**
 * A Fastify plugin that serves the endpoints for agents: `server.register(fastifyAgents(running))`, without a prefix.
 *
 * @param running the control plane, which need not listen itself
 */
export function fastifyAgents(running: {
  readonly handle: (request: IncomingMessage, response: ServerResponse) => boolean;
}): (server: FastifyRoutes) => Promise<void> {
  return async (server) => {
    for (const path of AGENT_PATHS) {
      // Before Fastify reads the body: the control plane applies its own limits.
      const onRequest: Parameters<FastifyRoutes['all']>[1]['onRequest'] = ({ raw }, reply) => {
        reply.hijack();
        running.handle(raw, reply.raw);
      };
      server.all(path, { onRequest }, () => {});
    }
  };
}
