import { request as httpRequest, type Agent } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { OutboundEvent } from '../../../src/machine/index.ts';
import { encodeEnvelope, encodeHeartbeat, type Heartbeat } from '../../../src/wire/index.ts';
import { NOON } from './test-clock.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The parsed body; `null` if there is none. */
  readonly json: unknown;
}

export interface Asked {
  readonly method?: 'GET' | 'POST';
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  readonly agent?: Agent;
  /** Client certificate and authority, for HTTPS. */
  readonly tls?: { readonly key?: string; readonly cert?: string; readonly ca: string };
}

/** One HTTP request on its own connection. Rejects if the connection breaks. */
export function ask(
  address: string,
  path: string,
  { method = 'GET', body, headers, agent, tls }: Asked = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const options = { method, agent: agent ?? (false as const), headers: { ...headers }, ...tls };
    const url = new URL(address + path);
    const sent = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const isJson = response.headers['content-type'] === 'application/json';
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          json: isJson ? (JSON.parse(text) as unknown) : null,
        });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** An agent reduced to its requests. */
export class AgentClient {
  readonly address: string;
  readonly hostname: string;
  readonly #tls: Asked['tls'];

  constructor(address: string, hostname: string, tls?: Asked['tls']) {
    this.address = address;
    this.hostname = hostname;
    this.#tls = tls;
  }

  heartbeat(fields: Partial<Heartbeat> = {}): Promise<Reply> {
    const body = encodeHeartbeat({
      hostname: this.hostname,
      rolloutId: null,
      currentClosure: 'old',
      at: NOON,
      rollouts: [],
      undelivered: [],
      ...fields,
    });
    return this.#ask('/v1/agent/heartbeat', { method: 'POST', body: JSON.stringify(body) });
  }

  post(rolloutId: string, ...events: readonly OutboundEvent[]): Promise<Reply> {
    const envelopes = events.map((event) =>
      encodeEnvelope({ hostname: this.hostname, rolloutId, event, signature: null }),
    );
    const body = JSON.stringify(envelopes.length === 1 ? envelopes[0] : envelopes);
    return this.#ask('/v1/agent/events', { method: 'POST', body });
  }

  poll(): Promise<Reply> {
    return this.#ask(`/v1/agent/dispatch?hostname=${encodeURIComponent(this.hostname)}`, {});
  }

  #ask(path: string, asked: Asked): Promise<Reply> {
    return ask(this.address, path, this.#tls === undefined ? asked : { ...asked, tls: this.#tls });
  }
}

/** The events of a successful activation and soak, numbered from 1. */
export function goodLife(target: string): readonly OutboundEvent[] {
  return [
    { type: 'DispatchAck', currentClosureAtDispatch: 'old', receivedAt: NOON, seq: 1 },
    { type: 'ActivationStarted', startedAt: NOON, switchMethod: 'switch', seq: 2 },
    { type: 'ActivationCompleted', observedCurrentClosure: target, exitCode: 0, completedAt: NOON, seq: 3 },
    { type: 'Converged', convergedAt: NOON, currentClosure: target, seq: 4 },
  ];
}
