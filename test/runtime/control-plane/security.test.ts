import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hostOf } from '../../../src/control-plane/index.ts';
import { jsonLog } from '../../../src/runtime/control-plane/index.ts';
import { manifest } from '../../control-plane/support/manifests.ts';
import { AgentClient, ask, goodLife } from '../support/agent-client.ts';
import { Authority } from '../support/certificates.ts';
import { startBench } from '../support/control-plane-bench.ts';

const HALF_OPEN = process.env['NIGHTLY'] === '1' ? 10_000 : 200;

/** Opens connections, begins a request on each, prints their number, and ends once all of them are closed. */
const HALF_OPEN_CLIENT = `
const [port, count] = process.argv.slice(1).map(Number);
let opened = 0;
for (let index = 0; index < count; index += 1) {
  const socket = require('node:net').connect(port, '127.0.0.1', () => {
    socket.write('POST /v1/agent/heartbeat HTTP/1.1\\r\\nHost: a\\r\\n');
    opened += 1;
    if (opened === count) console.log(opened);
  });
  socket.on('error', () => {}).resume();
}
`;

const authority = new Authority();
const own = authority.issue(['control-plane']);
const rollout = manifest({ others: ['web-01', 'web-02'] });
const { rolloutId } = rollout;

async function startWithTls() {
  const bench = await startBench({ listen: { tls: { ...own, ca: authority.ca } } });
  await bench.running.release({ rollouts: [rollout], signedAt: null });
  return bench;
}

describe('with client certificates', () => {
  it('a host is served under its own name', async () => {
    const { address } = await startWithTls();
    const agent = new AgentClient(address, 'web-01', { ...authority.issue(['web-01']), ca: authority.ca });
    expect((await agent.heartbeat()).status).toBe(200);
    expect((await agent.poll()).json).toMatchObject({ rolloutId });
    expect((await agent.post(rolloutId, ...goodLife('web-01-r1').slice(0, 1))).status).toBe(204);
  });

  it('a poll needs no name', async () => {
    const { address } = await startWithTls();
    const tls = { ...authority.issue(['web-01']), ca: authority.ca };
    await new AgentClient(address, 'web-01', tls).heartbeat();
    expect((await ask(address, '/v1/agent/dispatch', { tls })).json).toMatchObject({ rolloutId });
  });

  it('no host can act for another, and an attempt is logged', async () => {
    const { address, running, lines } = await startWithTls();
    const agent = new AgentClient(address, 'web-02', { ...authority.issue(['web-01']), ca: authority.ca });
    const [acknowledged] = goodLife('web-02-r1');
    for (const answer of [await agent.heartbeat(), await agent.poll(), await agent.post(rolloutId, acknowledged!)]) {
      expect(answer.status).toBe(403);
      expect(answer.headers['x-nixfleet-refusal']).toBeUndefined();
    }
    expect(lines.filter(({ code }) => code === 'forbidden')).toHaveLength(3);
    expect(hostOf(running.controlPlane(), rolloutId, 'web-02')?.state).toBe('Pending');
  });

  it.each([
    ['no certificate', null, 'A client certificate is required'],
    ['one that has expired', authority.issue(['web-01'], true), 'CERT_HAS_EXPIRED'],
    ['one of another authority', new Authority().issue(['web-01']), 'not accepted'],
    ['one with two names', authority.issue(['web-01', 'web-02']), 'one common name'],
    ['one without a name', authority.issue([]), 'one common name'],
  ])('%s is answered with 403', async (_name, identity, message) => {
    const { address, lines } = await startWithTls();
    const agent = new AgentClient(address, 'web-01', { ...identity, ca: authority.ca });
    const answer = await agent.heartbeat();
    expect(answer.status).toBe(403);
    expect(answer.text).toContain(message);
    expect(lines.some(({ code }) => code === 'forbidden')).toBe(true);
  });
});

describe('without TLS', () => {
  it('other machines are not served', async () => {
    await expect(startBench({ listen: { host: '0.0.0.0' } })).rejects.toThrow('could act as any host');
  });

  it('unless the option says so', async () => {
    const { address } = await startBench({ listen: { host: '0.0.0.0', letAnyoneSpeakForAnyHost: true } });
    expect(address).toMatch(/^http:\/\/0\.0\.0\.0:/);
  });
});

describe('limits', () => {
  it('a body announced as 1 GB is not read', async () => {
    const { address } = await startBench();
    const sent = request(`${address}/v1/agent/events`, { method: 'POST', headers: { 'content-length': 2 ** 30 } });
    onTestFinished(() => void sent.destroy());
    sent.flushHeaders();
    const [response] = (await once(sent, 'response')) as [{ readonly statusCode: number }];
    expect(response.statusCode).toBe(413);
  });

  it('a body of unknown length is read up to the limit', async () => {
    const { address } = await startBench({ limits: { maxBodyBytes: 100_000 } });
    const sent = request(`${address}/v1/agent/events`, { method: 'POST' });
    // The connection is closed while data is still being sent.
    sent.on('error', () => {});
    onTestFinished(() => void sent.destroy());
    const answered = once(sent, 'response') as Promise<[{ readonly statusCode: number }]>;
    for (let part = 0; part < 20; part += 1) sent.write(Buffer.alloc(10_000, 0x20));
    expect((await answered)[0].statusCode).toBe(413);
  });

  it('of a 1 GB body of unknown length, no more than the limit is read', async () => {
    const { address } = await startBench();
    const sent = request(`${address}/v1/agent/events`, { method: 'POST' });
    onTestFinished(() => void sent.destroy());
    let left = 1024;
    const over = new Promise<void>((resolve) => {
      const end = (): void => {
        left = 0;
        resolve();
      };
      sent.on('response', end).on('error', end).on('close', end);
    });
    const part = Buffer.alloc(2 ** 20, 0x20);
    let parts = 0;
    for (; parts < left; parts += 1)
      if (!sent.write(part)) await Promise.race([over, new Promise((resolve) => sent.once('drain', resolve))]);
    // The limit of 4 MiB, and the buffers of the sockets.
    expect(parts).toBeLessThan(64);
  });

  it('all bodies share one limit', async () => {
    const { address } = await startBench({ limits: { maxBufferedBytes: 1000 } });
    const answer = await ask(address, '/v1/agent/events', { method: 'POST', body: ' '.repeat(2000) });
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '5']);
  });

  it('99 hosts are served while another one floods the server', async () => {
    const { address } = await startBench({ limits: { requestsPerHostPerSec: 1, requestBurstPerHost: 10 } });
    const flood = new AgentClient(address, 'web-00');
    const others = Array.from({ length: 99 }, (_, number) => new AgentClient(address, `web-${number + 1}`));
    const [flooded, served] = await Promise.all([
      Promise.all(Array.from({ length: 300 }, () => flood.heartbeat())),
      Promise.all(others.map((agent) => agent.heartbeat())),
    ]);
    expect(flooded.filter(({ status }) => status === 200)).toHaveLength(10);
    expect(flooded.filter(({ status, headers }) => status === 429 && headers['retry-after'] === '5')).toHaveLength(290);
    expect(new Set(served.map(({ status }) => status))).toEqual(new Set([200]));
  });

  it('a flood is forgotten again', async () => {
    const { address, clock } = await startBench({ limits: { requestsPerHostPerSec: 1, requestBurstPerHost: 1 } });
    const agent = new AgentClient(address, 'web-01');
    expect([(await agent.heartbeat()).status, (await agent.heartbeat()).status]).toEqual([200, 429]);
    clock.pass(1000);
    expect((await agent.heartbeat()).status).toBe(200);
  });

  it('polls over the limit are answered with 503', async () => {
    const { address, running } = await startBench({ limits: { maxParkedPolls: 1 } });
    const first = new AgentClient(address, 'web-01').poll();
    await new AgentClient(address, 'web-01').heartbeat();
    expect((await new AgentClient(address, 'web-02').poll()).status).toBe(503);
    await running.close();
    expect((await first).status).toBe(204);
  });

  it('inputs over the limit are answered with 503', async () => {
    const { address } = await startBench({ limits: { maxQueue: 1 } });
    const [acknowledged, started] = goodLife('web-01-r1');
    const answer = await new AgentClient(address, 'web-01').post(rolloutId, acknowledged!, started!);
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '5']);
  });

  it(
    `${HALF_OPEN} connections that are only half open keep nobody out, and are closed`,
    { timeout: 120_000 },
    async () => {
      const { address } = await startBench({ limits: { headerSecs: HALF_OPEN / 1000 } });
      const { port } = new URL(address);
      // From other processes, because a connection takes a file descriptor on either side, and this process has too few
      // for both.
      const clients = [0, 1].map(() => spawn(process.execPath, ['-e', HALF_OPEN_CLIENT, port, String(HALF_OPEN / 2)]));
      onTestFinished(() => clients.forEach((client) => client.kill()));
      const ended = clients.map((client) => once(client, 'exit'));
      const opened = await Promise.all(clients.map(async ({ stdout }) => Number(await once(stdout, 'data'))));
      expect(opened).toEqual([HALF_OPEN / 2, HALF_OPEN / 2]);
      expect((await new AgentClient(address, 'web-01').heartbeat()).status).toBe(200);
      expect(await Promise.all(ended)).toEqual([
        [0, null],
        [0, null],
      ]);
    },
  );

  it('limits the connections of a host', async () => {
    const tls = { ...authority.issue(['web-01']), ca: authority.ca };
    const { address } = await startBench({
      listen: { tls: { ...own, ca: authority.ca } },
      limits: { maxConnectionsPerHost: 1 },
    });
    const kept = new TlsAgent({ keepAlive: true, ...tls });
    onTestFinished(() => kept.destroy());
    expect((await ask(address, '/v1/agent/heartbeat', { agent: kept, tls })).status).toBe(405);
    const other = new AgentClient(address, 'web-01', tls);
    expect((await other.heartbeat()).status).toBe(429);
    expect((await ask(address, '/v1/agent/heartbeat', { agent: kept, tls })).status).toBe(405);
  });

  it('connections over the limit are dropped', async () => {
    const { address } = await startBench({ limits: { maxConnections: 1 } });
    const agent = new AgentClient(address, 'web-01');
    const poll = agent.poll();
    await expect(new AgentClient(address, 'web-02').heartbeat()).rejects.toThrow();
    poll.catch(() => {});
  });
});

describe('text from outside', () => {
  it('reaches logs, queries and answers only escaped', async () => {
    const { address, lines, running } = await startBench({ operator: {} });
    const hostname = `web\n{"level":"error"}'; DROP TABLE inputs; --\u001b[2J`;
    const agent = new AgentClient(address, hostname);
    await running.release({ rollouts: [manifest({ others: [hostname] })], signedAt: null });
    expect((await agent.heartbeat()).status).toBe(200);
    const found = await ask(
      running.operatorAddress ?? '',
      `/v1/operator/events?hostname=${encodeURIComponent(hostname)}`,
    );
    expect((found.json as { readonly events: readonly unknown[] }).events.length).toBeGreaterThan(0);
    const printed: string[] = [];
    lines.forEach(jsonLog((line) => printed.push(line)));
    // oxlint-disable-next-line no-control-regex
    expect(printed.filter((line) => /[\n\u001b]/.test(line.slice(0, -1)))).toEqual([]);
  });
});
