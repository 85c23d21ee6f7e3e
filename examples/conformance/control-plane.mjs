/**
 * The smallest control plane that `conform --url` can ask: the host machine behind the event endpoint, and two ways in for
 * the adapter beside this file. For trying things out only; it keeps everything in memory.
 *
 *     node control-plane.mjs 8080
 */
import { createServer } from 'node:http';
import { newPendingHost, step } from 'nixfleet-statechart';
import { decodeEnvelope, toHostEvent } from 'nixfleet-statechart/wire';

/** By rollout, which has one host: its record, and the rollout's policy. */
const mirror = new Map();

function open({ policy, number }) {
  const record = newPendingHost({
    rolloutId: `stable@${number}`,
    hostname: 'web-01',
    channel: 'stable',
    targetClosure: 'new',
    dispatchedAt: 1_778_925_600_000,
    soakDueAt: 1_778_925_900_000,
  });
  mirror.set(record.rolloutId, { record, policy });
  return { status: 200, body: record };
}

function take(json) {
  const envelope = decodeEnvelope(json);
  const host = envelope.ok ? mirror.get(envelope.value.rolloutId) : undefined;
  if (host === undefined) return { status: 400 };
  const result = step(host.record, toHostEvent(envelope.value.event), Date.now(), host.policy);
  if (result.ok) host.record = result.state;
  return { status: result.ok || result.error.kind !== 'Invariant' ? 204 : 409 };
}

function answer({ pathname, searchParams }, body) {
  if (pathname === '/v1/agent/events') return take(JSON.parse(body));
  if (pathname === '/test/rollouts') return open(JSON.parse(body));
  if (pathname !== '/test/mirror') return { status: 404 };
  return { status: 200, body: mirror.get(searchParams.get('rolloutId'))?.record };
}

const server = createServer(async (request, response) => {
  let sent = '';
  for await (const chunk of request) sent += chunk;
  const { status, body } = answer(new URL(request.url, 'http://localhost'), sent);
  response.writeHead(status).end(body === undefined ? undefined : JSON.stringify(body));
});

server.listen(Number(process.argv[2] ?? 8080), '127.0.0.1');
