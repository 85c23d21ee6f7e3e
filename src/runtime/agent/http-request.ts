import {
  Agent as PlainAgent,
  request as plainRequest,
  type ClientRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import type { Clock } from '../shared/clock.ts';
import { limitTime } from '../shared/limit.ts';

/** The client's certificate and key, and the authorities it trusts; each is PEM text. */
export interface ClientTls {
  readonly cert: string;
  readonly key: string;
  /** The authorities that may sign the control plane's certificate; the system's by default. */
  readonly ca?: string;
}

export interface AgentHttpAnswer {
  readonly status: number;
  /** The value of a response header, by its lower-case name; `null` if absent. */
  readonly header: (name: string) => string | null;
  readonly text: string;
}

export interface HttpQuestion {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** JSON; `null` for none. */
  readonly body: string | null;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A longer answer does not come from a control plane. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
/** A poll, a heartbeat, and events of a few rollouts. */
const MAX_CONNECTIONS = 16;

/** One server, with persistent connections. */
export class HttpClient {
  readonly #base: URL;
  readonly #agent: PlainAgent | SecureAgent;
  readonly #clock: Clock;

  constructor(base: URL, tls: ClientTls | null, clock: Clock) {
    this.#base = base;
    this.#clock = clock;
    const kept = { keepAlive: true, maxSockets: MAX_CONNECTIONS };
    this.#agent = base.protocol === 'https:' ? new SecureAgent({ ...kept, ...tls }) : new PlainAgent(kept);
  }

  /** Rejects if there is no whole answer in time. Redirects are answers like any other. */
  async ask({ method, path, body, timeoutMs, signal, headers }: HttpQuestion): Promise<AgentHttpAnswer> {
    const options: RequestOptions = {
      method,
      agent: this.#agent,
      headers: {
        accept: 'application/json',
        ...headers,
        ...(body === null
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body).toFixed(0) }),
      },
      signal,
    };
    const url = new URL(path, this.#base);
    const request = this.#base.protocol === 'https:' ? secureRequest(url, options) : plainRequest(url, options);
    const stopLimit = limitTime(this.#clock, timeoutMs, () =>
      request.destroy(new Error(`there was no answer within ${timeoutMs / 1000} s`)),
    );
    try {
      const response = await responseTo(request, body);
      const text = await readText(response);
      return { status: response.statusCode ?? 0, header: (name) => headerOf(response, name), text };
    } finally {
      stopLimit();
    }
  }

  close(): void {
    this.#agent.destroy();
  }
}

function responseTo(request: ClientRequest, body: string | null): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    // An error after the response needs a listener too; reading the response reports it.
    request.on('error', reject);
    request.on('response', resolve);
    request.end(body ?? undefined);
  });
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > MAX_ANSWER_BYTES) {
      response.destroy();
      throw new Error(`the answer is longer than ${MAX_ANSWER_BYTES} bytes`);
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function headerOf({ headers }: IncomingMessage, name: string): string | null {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : (value ?? null);
}
