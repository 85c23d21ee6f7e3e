import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fastify } from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hostOf, rolloutOf, rolloutsOf } from '../../../src/control-plane/index.ts';
import { fastifyAgents, runControlPlane, sqliteStore } from '../../../src/runtime/control-plane/index.ts';
import { encodeEnvelope } from '../../../src/wire/index.ts';
import { manifest } from '../../control-plane/support/manifests.ts';
import { AgentClient, ask, goodLife } from '../support/agent-client.ts';
import { startBench, temporaryFolder } from '../support/control-plane-bench.ts';

const rollout = manifest({ others: ['web-01', 'web-02'], soakMinutes: 0 });
const RELEASE = { rollouts: [rollout], signedAt: null };
const { rolloutId } = rollout;

describe('a control plane over HTTP', () => {
  it('brings a host from its first heartbeat to Converged', async () => {
    const { running, address } = await startBench();
    const agent = new AgentClient(address, 'web-01');
    expect(await running.release(RELEASE)).toBeNull();
    const heartbeat = await agent.heartbeat();
    expect(heartbeat.status).toBe(200);
    expect(heartbeat.headers['x-nixfleet-batch']).toBe('100');
    const dispatch = await agent.poll();
    expect(dispatch.json).toMatchObject({ rolloutId, targetClosure: 'web-01-r1' });
    for (const event of goodLife('web-01-r1')) expect((await agent.post(rolloutId, event)).status).toBe(204);
    expect(hostOf(running.controlPlane(), rolloutId, 'web-01')?.state).toBe('Converged');
  });

  it('answers a parked poll when there is a dispatch', async () => {
    const { running, address } = await startBench();
    const agent = new AgentClient(address, 'web-01');
    await agent.heartbeat();
    const poll = agent.poll();
    // This is answered after the poll has arrived.
    await agent.heartbeat();
    await running.release(RELEASE);
    expect((await poll).json).toMatchObject({ rolloutId });
  });

  it('answers a poll with nothing after 60 s', async () => {
    const { clock, address } = await startBench();
    const agent = new AgentClient(address, 'web-01');
    const poll = agent.poll();
    await agent.heartbeat();
    clock.pass(59_999);
    const second = new AgentClient(address, 'web-02').poll();
    await agent.heartbeat();
    clock.pass(1);
    expect((await poll).status).toBe(204);
    clock.pass(60_000);
    expect((await second).status).toBe(204);
  });

  it('answers an earlier poll of the same host when the next one arrives', async () => {
    const { running, address } = await startBench();
    const agent = new AgentClient(address, 'web-01');
    const first = agent.poll();
    await agent.heartbeat();
    const second = agent.poll();
    expect((await first).status).toBe(204);
    await running.release(RELEASE);
    expect((await second).json).toMatchObject({ rolloutId });
  });

  it('answers each event of a list', async () => {
    const { running, address } = await startBench();
    await running.release(RELEASE);
    const agent = new AgentClient(address, 'web-01');
    await agent.heartbeat();
    const answer = await agent.post(rolloutId, ...goodLife('web-01-r1'));
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual([{ status: 204 }, { status: 204 }, { status: 204 }, { status: 204 }]);
  });

  it('refuses an event that contradicts an invariant with 409, and marks the refusal as its own', async () => {
    const { running, address } = await startBench();
    await running.release(RELEASE);
    const agent = new AgentClient(address, 'web-01');
    await agent.heartbeat();
    const [acknowledged, started, completed] = goodLife('web-01-r1');
    const wrong = { type: 'Converged', convergedAt: 1, currentClosure: 'other', seq: 4 } as const;
    const answer = await agent.post(rolloutId, acknowledged!, started!, completed!, wrong);
    expect(answer.json).toMatchObject([{}, {}, {}, { status: 409, refusal: { kind: 'Invariant' } }]);
  });

  it.each([
    ['no JSON', '{', 400],
    ['no envelope', '{}', 400],
    ['a list that is no list of envelopes', '[1]', 200],
    ['other bytes than UTF-8', Uint8Array.of(0xff), 400],
  ])('answers %s', async (_name, body, status) => {
    const { address } = await startBench();
    const answer = await ask(address, '/v1/agent/events', { method: 'POST', body });
    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.json)).toContain('Undecodable');
    expect(answer.headers['x-nixfleet-refusal']).toBe(status === 400 ? 'Undecodable' : undefined);
  });

  it('explains other paths and methods', async () => {
    const { address } = await startBench();
    expect((await ask(address, '/')).status).toBe(404);
    expect((await ask(address, '//')).status).toBe(404);
    const posted = await ask(address, '/v1/agent/dispatch', { method: 'POST' });
    expect([posted.status, posted.headers['allow']]).toEqual([405, 'GET']);
    expect((await ask(address, '/v1/agent/dispatch')).status).toBe(400);
  });

  it('works inside another server', async () => {
    const running = await runControlPlane({ store: await sqliteStore(':memory:'), listen: null, log: () => {} });
    const server = createServer((request, response) => {
      if (!running.handle(request, response)) response.writeHead(418).end();
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    onTestFinished(async () => {
      await running.close();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const agent = new AgentClient(`http://127.0.0.1:${port}`, 'web-01');
    expect((await agent.heartbeat()).status).toBe(200);
    expect((await ask(agent.address, '/tea')).status).toBe(418);
  });

  it('works inside a Fastify server, with its own limits', async () => {
    const { running } = await startBench({ listen: null, limits: { maxBodyBytes: 2000 } });
    await running.release(RELEASE);
    const server = fastify({ bodyLimit: 10 });
    server.get('/tea', (_request, reply) => reply.code(418).send());
    await server.register(fastifyAgents(running));
    const address = await server.listen({ host: '127.0.0.1', port: 0 });
    onTestFinished(() => server.close());
    const agent = new AgentClient(address, 'web-01');
    expect((await agent.heartbeat()).status).toBe(200);
    expect((await agent.poll()).json).toMatchObject({ rolloutId });
    expect((await agent.post(rolloutId, ...goodLife('web-01-r1'))).status).toBe(200);
    const tooLong = { method: 'POST', body: 'a'.repeat(2001) } as const;
    expect((await ask(address, '/v1/agent/events', tooLong)).status).toBe(413);
    expect((await ask(address, '/v1/agent/heartbeat')).status).toBe(405);
    expect((await ask(address, '/tea')).status).toBe(418);
    expect((await ask(address, '/v1/agent/other')).status).toBe(404);
  });
});

describe('inside a server with the Fetch API', () => {
  const heartbeat = { hostname: 'web-01', currentClosure: 'old', at: '2026-01-01T12:00:00Z' };
  const post = (body: unknown) => ({ method: 'POST', body: JSON.stringify(body) });
  const webHost = { is: 'host', hostname: 'web-01' } as const;

  it('agents are served as usual', async () => {
    const { running } = await startBench({ listen: null });
    await running.release(RELEASE);
    const heard = await running.fetch(new Request('http://a/v1/agent/heartbeat', post(heartbeat)), webHost);
    expect([heard?.status, heard?.headers.get('x-nixfleet-batch')]).toEqual([200, '100']);
    const polled = await running.fetch(new Request('http://a/v1/agent/dispatch'), webHost);
    expect(await polled?.json()).toMatchObject({ rolloutId });
    const [acknowledged] = goodLife('web-01-r1');
    const envelope = encodeEnvelope({ hostname: 'web-01', rolloutId, event: acknowledged!, signature: null });
    const taken = await running.fetch(new Request('http://a/v1/agent/events', post(envelope)), webHost);
    expect([taken?.status, taken?.body]).toEqual([204, null]);
    const none = await running.fetch(new Request('http://a/v1/agent/events', { method: 'POST' }), webHost);
    expect(none?.status).toBe(400);
  });

  it('other paths are left to that server, and other hosts are refused', async () => {
    const { running } = await startBench({ listen: null });
    expect(await running.fetch(new Request('http://a/'), { is: 'anybody' })).toBeNull();
    const other = { is: 'host', hostname: 'web-02' } as const;
    expect((await running.fetch(new Request('http://a/v1/agent/heartbeat', post(heartbeat)), other))?.status).toBe(403);
  });

  it('a poll is forgotten when its client disconnects', async () => {
    const { running } = await startBench({ listen: null, limits: { maxParkedPolls: 1 } });
    const gone = new AbortController();
    void running.fetch(new Request('http://a/v1/agent/dispatch', { signal: gone.signal }), webHost);
    const second = { is: 'host', hostname: 'web-02' } as const;
    expect((await running.fetch(new Request('http://a/v1/agent/dispatch'), second))?.status).toBe(503);
    gone.abort();
    const parked = running.fetch(new Request('http://a/v1/agent/dispatch'), second);
    await running.close();
    expect((await parked)?.status).toBe(204);
  });
});

describe('after a restart', () => {
  it('the state is unchanged', async () => {
    const path = join(temporaryFolder(), 'control-plane.db');
    const first = await startBench({ path });
    await first.running.release(RELEASE);
    const agent = new AgentClient(first.address, 'web-01');
    await agent.heartbeat();
    await agent.post(rolloutId, ...goodLife('web-01-r1').slice(0, 2));
    await first.running.close();
    const second = await startBench({ path });
    expect(hostOf(second.running.controlPlane(), rolloutId, 'web-01')?.state).toBe('Activating');
    expect(rolloutOf(second.running.controlPlane(), rolloutId)?.state).toBe('Active');
  });

  it('an empty database dispatches nothing before it has heard the agents', async () => {
    const { running, address, clock } = await startBench({ hearsFirst: true });
    await running.release(RELEASE);
    const agent = new AgentClient(address, 'web-01');
    await agent.heartbeat();
    const poll = agent.poll();
    await agent.heartbeat();
    clock.pass(45_000);
    const again = agent.poll();
    expect((await poll).status).toBe(204);
    clock.pass(45_001);
    expect((await again).status).toBe(200);
  });
});

describe('a closing control plane', () => {
  it('answers its polls and ends', async () => {
    const { running, address } = await startBench();
    const agent = new AgentClient(address, 'web-01');
    const poll = agent.poll();
    await agent.heartbeat();
    await running.close();
    expect((await poll).status).toBe(204);
    await expect(running.ended).resolves.toBeUndefined();
    // Another test may be starting a program. Until that runs, it has a copy of the socket, and connections are reset.
    const refusal = () => agent.heartbeat().catch(String);
    await expect.poll(refusal, { timeout: 60_000 }).toContain('connect ECONNREFUSED');
  });

  it('with two on one database, the one that notices stops', async () => {
    const path = join(temporaryFolder(), 'control-plane.db');
    const first = await startBench({ path });
    const second = await startBench({ path });
    expect(await first.running.release(RELEASE)).toBeNull();
    expect(await second.running.release(RELEASE)).toContain('store');
    await expect(second.running.ended).rejects.toThrow('another control plane writes to it');
    expect(rolloutsOf(first.running.controlPlane())).toHaveLength(1);
  });
});
