import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Transport } from '../../runtime/agent/internal.ts';
import {
  BATCH_HEADER,
  decodeEnvelope,
  decodeEnvelopeBatch,
  decodeHeartbeat,
  encodeDispatch,
  encodeHeartbeatAnswer,
  parseJson,
  REFUSAL_HEADER,
  REPLAY_FROM_HEADER,
  type Dispatch,
  type Envelope,
  type Heartbeat,
} from '../../wire/index.ts';
import { runChecks, same, type PortCheck } from './port-checks.ts';

/** What a loopback server received, and how it answers. */
interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly hostname: string | null;
  readonly body: string;
}

type Answer = (response: ServerResponse) => void;

interface Subject {
  readonly transport: Transport;
  readonly answerWith: (answer: Answer) => void;
  readonly exchanges: readonly Exchange[];
}

/**
 * Checks an agent's transport (specification: wire) against a loopback server. It passes if no check fails.
 *
 * @param makeTransport makes a transport to the control plane at this address
 */
export async function transportConformance(makeTransport: (url: URL) => Transport): Promise<readonly PortCheck[]> {
  const ends: (() => void)[] = [];
  const fresh = async (): Promise<Subject> => {
    const exchanges: Exchange[] = [];
    let answer: Answer = (response) => response.end();
    const server = createServer((request, response) => {
      void readExchange(request).then((exchange) => {
        exchanges.push(exchange);
        return answer(response);
      });
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    // Safe: a server that listens on a port has this kind of address.
    const { port } = server.address() as AddressInfo;
    const transport = makeTransport(new URL(`http://127.0.0.1:${port}/`));
    ends.push(() => {
      void transport.close();
      server.closeAllConnections();
      server.close();
    });
    return {
      transport,
      exchanges,
      answerWith: (next) => {
        answer = next;
      },
    };
  };
  try {
    return await runChecks(CHECKS, fresh);
  } finally {
    for (const end of ends) end();
  }
}

async function readExchange(request: IncomingMessage): Promise<Exchange> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const url = new URL(request.url ?? '', 'http://127.0.0.1');
  return {
    method: request.method ?? '',
    path: url.pathname,
    hostname: url.searchParams.get('hostname'),
    body: Buffer.concat(chunks).toString(),
  };
}

const ROLLOUT = 'stable@one';
const HEARTBEAT: Heartbeat = {
  hostname: 'web 01/ü',
  rolloutId: ROLLOUT,
  currentClosure: 'old',
  at: Date.UTC(2026, 0, 1),
  rollouts: [],
  undelivered: [ROLLOUT],
};
const DISPATCH: Dispatch = {
  rolloutId: ROLLOUT,
  targetClosure: 'new',
  soakDueAt: null,
  dispatchedAt: Date.UTC(2026, 0, 1),
};
const never = (): AbortSignal => new AbortController().signal;

function envelopeOf(seq: number): Envelope {
  const event = { type: 'DispatchAck', currentClosureAtDispatch: 'old', receivedAt: HEARTBEAT.at, seq } as const;
  return { hostname: HEARTBEAT.hostname, rolloutId: ROLLOUT, event, signature: null };
}

/** An answer with a status, headers, and a body of JSON, text or nothing. */
const say =
  (status: number, headers: Readonly<Record<string, string>> = {}, body: unknown = null): Answer =>
  (response) => {
    response.writeHead(status, headers);
    response.end(body === null ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
  };
const hangUp: Answer = (response) => response.destroy();

/** None of these comes from the control plane itself, so everything must be sent again. */
const NO_ANSWERS: Readonly<Record<string, Answer>> = {
  none: hangUp,
  '401': say(401),
  '403': say(403),
  '404': say(404, {}, '<html>'),
  '409 without the mark of a refusal': say(409, {}, { refusal: { kind: 'Invariant', message: 'no' } }),
  '413': say(413),
  '429': say(429),
  '500': say(500),
  '503': say(503),
  'a redirect': say(302, { location: '/elsewhere' }),
};

async function outcomesOf({ transport }: Subject, envelopes: readonly Envelope[]): Promise<readonly string[]> {
  const { deliveries } = await transport.postEvents(envelopes, never());
  return deliveries.map(({ outcome }) => outcome);
}

const CHECKS: Readonly<Record<string, (subject: Subject) => Promise<void>>> = {
  'an event is posted as an object, and 204 accepts it': async (subject) => {
    subject.answerWith(say(204));
    same('the outcome', await outcomesOf(subject, [envelopeOf(1)]), ['accepted']);
    const [exchange] = subject.exchanges;
    same('the request', [exchange?.method, exchange?.path], ['POST', '/v1/agent/events']);
    const json = parseJson(exchange?.body ?? '');
    same('the body', json.ok && decodeEnvelope(json.value), { ok: true, value: envelopeOf(1) });
  },

  'several events are posted as a list, and each has its own answer': async (subject) => {
    const refusal = { kind: 'Invariant', message: 'no' };
    subject.answerWith(say(200, {}, [{ status: 204 }, { status: 409, refusal }, { status: 503 }]));
    const envelopes = [1, 2, 3].map(envelopeOf);
    same('the outcomes', await outcomesOf(subject, envelopes), ['accepted', 'refused', 'not-delivered']);
    const json = parseJson(subject.exchanges[0]?.body ?? '');
    const read = json.ok ? decodeEnvelopeBatch(json.value) : json;
    same(
      'the body',
      read.ok && read.value,
      envelopes.map((value) => ({ ok: true, value })),
    );
  },

  'a list refused as a whole delivers none of its events': async (subject) => {
    subject.answerWith(
      say(400, { [REFUSAL_HEADER]: 'Undecodable' }, { refusal: { kind: 'Undecodable', message: 'no' } }),
    );
    same('the outcomes', await outcomesOf(subject, [1, 2].map(envelopeOf)), ['not-delivered', 'not-delivered']);
  },

  'a refusal marked by the control plane counts as one': async (subject) => {
    subject.answerWith(say(409, { [REFUSAL_HEADER]: 'Invariant' }, { refusal: { kind: 'Invariant', message: 'no' } }));
    same('the outcome', await outcomesOf(subject, [envelopeOf(1)]), ['refused']);
  },

  ...Object.fromEntries(
    Object.entries({ ...NO_ANSWERS, '200': say(200), '503 with that mark': say(503, { [REFUSAL_HEADER]: 'x' }) }).map(
      ([name, answer]) => [
        `an event that gets ${name} is not delivered`,
        async (subject: Subject) => {
          subject.answerWith(answer);
          same('the outcome', await outcomesOf(subject, [envelopeOf(1)]), ['not-delivered']);
        },
      ],
    ),
  ),

  ...Object.fromEntries(
    Object.entries({ ...NO_ANSWERS, 'something unreadable': say(200, {}, '{"bootstrapRollouts": 7') }).map(
      ([name, answer]) => [
        `a heartbeat and a poll that get ${name} are not answered`,
        async (subject: Subject) => {
          subject.answerWith(answer);
          const heard = await subject.transport.heartbeat(HEARTBEAT, never());
          const polled = await subject.transport.poll(HEARTBEAT.hostname, never());
          same('whether they are answered', [heard.answered, polled.answered], [false, false]);
        },
      ],
    ),
  ),

  'a requested pause is passed on': async (subject) => {
    subject.answerWith(say(503, { 'retry-after': '7' }));
    const { retryAfterMs } = await subject.transport.postEvents([envelopeOf(1)], never());
    const heard = await subject.transport.heartbeat(HEARTBEAT, never());
    const polled = await subject.transport.poll(HEARTBEAT.hostname, never());
    const waits = [
      retryAfterMs,
      heard.answered ? null : heard.retryAfterMs,
      polled.answered ? null : polled.retryAfterMs,
    ];
    same('retryAfterMs', waits, [7000, 7000, 7000]);
  },

  'a heartbeat arrives, and its answer is read': async (subject) => {
    const { replayFromHeader, body } = encodeHeartbeatAnswer({ replayFrom: 3, bootstrapRollouts: [] });
    subject.answerWith(say(200, { [REPLAY_FROM_HEADER]: replayFromHeader ?? '', [BATCH_HEADER]: '100' }, body));
    const reply = await subject.transport.heartbeat(HEARTBEAT, never());
    const answer = { replayFrom: 3, bootstrapRollouts: [] };
    same('the reply', reply, { answered: true, answer, batchLimit: 100 });
    const json = parseJson(subject.exchanges[0]?.body ?? '');
    same('the body', json.ok && decodeHeartbeat(json.value), { ok: true, value: HEARTBEAT, skipped: [] });
  },

  'a poll names its host, and reads a dispatch': async (subject) => {
    subject.answerWith(say(200, {}, encodeDispatch(DISPATCH)));
    same('the reply', await subject.transport.poll(HEARTBEAT.hostname, never()), {
      answered: true,
      dispatch: DISPATCH,
    });
    const [exchange] = subject.exchanges;
    same('the request', [exchange?.method, exchange?.path], ['GET', '/v1/agent/dispatch']);
    same('the host', exchange?.hostname, HEARTBEAT.hostname);
  },

  'a poll that ends with 204 has no dispatch': async (subject) => {
    subject.answerWith(say(204));
    same('the reply', await subject.transport.poll(HEARTBEAT.hostname, never()), { answered: true, dispatch: null });
  },

  'a held poll ends when aborted': async (subject) => {
    const abort = new AbortController();
    subject.answerWith(() => abort.abort());
    await subject.transport.poll(HEARTBEAT.hostname, abort.signal).catch(() => null);
  },
};
