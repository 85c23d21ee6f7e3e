import { request } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { METRIC_HELPS } from '../../../../src/runtime/control-plane/stats.ts';
import { isObject } from '../../../../src/text/index.ts';
import { manifest } from '../../../control-plane/support/manifests.ts';
import { AgentClient, ask, goodLife } from '../../support/agent-client.ts';
import { startBench, type Bench } from '../../support/control-plane-bench.ts';
import { NOON } from '../../support/test-clock.ts';

const rollout = manifest({ waves: [['web-01'], ['web-02', 'web-03']], soakMinutes: 0 });
const { rolloutId } = rollout;

/** A rollout whose first host is in progress. The other two wait for it. */
async function startWithRollout(operator: { readonly token?: string; readonly page?: string } = {}) {
  const bench = await startBench({ operator });
  await bench.running.release({ rollouts: [rollout], signedAt: null });
  const agent = new AgentClient(bench.address, 'web-01');
  await agent.heartbeat();
  await agent.post(rolloutId, ...goodLife('web-01-r1').slice(0, 2));
  return { ...bench, agent, operator: bench.running.operatorAddress ?? '' };
}

async function get(address: string, path: string): Promise<unknown> {
  const { status, json } = await ask(address, path);
  expect(status).toBe(200);
  return json;
}

describe('an operator sees', () => {
  it('the rollouts', async () => {
    const { operator } = await startWithRollout();
    expect(await get(operator, '/v1/operator/rollouts')).toMatchObject({
      rollouts: [{ rolloutId, state: 'Active', isNewest: true, hosts: { Activating: 1, Pending: 2 } }],
    });
  });

  it('the hosts, filtered and in pages', async () => {
    const { operator } = await startWithRollout();
    const path = '/v1/operator/hosts';
    const first = { hostname: 'web-01', state: 'Activating', runningClosure: 'old', lastHeartbeatAt: NOON, hold: null };
    expect(await get(operator, `${path}?limit=1`)).toMatchObject({ hosts: [first], next: 1 });
    expect(await get(operator, `${path}?limit=2&after=1`)).toMatchObject({ hosts: [{}, {}], next: null });
    expect(await get(operator, `${path}?hostname=web-03`)).toMatchObject({ hosts: [{ hostname: 'web-03', wave: 1 }] });
    expect(await get(operator, `${path}?state=Failed`)).toEqual({ hosts: [], next: null });
    expect(await get(operator, `${path}?rolloutId=other%40r1`)).toEqual({ hosts: [], next: null });
    expect((await ask(operator, `${path}?limit=0`)).status).toBe(400);
    expect(await ask(operator, `${path}?state=failed`)).toMatchObject({
      status: 400,
      json: { error: { message: expect.stringContaining('Failed, Reverted') as string } },
    });
    expect((await ask(operator, `${path}?after=x`)).status).toBe(400);
  });

  it('which gate holds a host, why, and since when', async () => {
    const { operator, clock } = await startWithRollout();
    clock.pass(120_000);
    expect(await get(operator, '/v1/operator/holds')).toMatchObject({
      holds: [
        {
          hostname: 'web-02',
          gate: 'wave-promotion',
          since: NOON,
          reason: expect.stringContaining('wave 0') as string,
        },
        { hostname: 'web-03' },
      ],
    });
  });

  it('no gate in a rollout that has failed and dispatches nothing more', async () => {
    const { operator, agent } = await startWithRollout();
    await agent.post(rolloutId, { type: 'ActivationFailed', exitCode: 1, stderrTail: '', failedAt: NOON, seq: 3 });
    expect(await get(operator, '/v1/operator/status')).toMatchObject({ rollouts: [{ state: 'Failed' }], held: {} });
    expect(await get(operator, '/v1/operator/holds')).toEqual({ holds: [], next: null });
    expect(await get(operator, '/v1/operator/hosts?state=Pending')).toMatchObject({
      hosts: [{ hold: null }, { hold: null }],
    });
  });

  it('the quarantines', async () => {
    const { operator, agent } = await startWithRollout();
    const failed = { type: 'ActivationFailed', exitCode: 1, stderrTail: '', failedAt: NOON, seq: 3 } as const;
    const back = {
      type: 'RollbackComplete',
      revertedToClosure: 'old',
      exitCode: 0,
      completedAt: NOON,
      seq: 4,
    } as const;
    await agent.post(rolloutId, failed, back);
    expect(await get(operator, '/v1/operator/quarantines')).toEqual({
      quarantines: [{ channel: 'stable', closure: 'web-01-r1' }],
    });
  });

  it('the event log, filtered and in pages', async () => {
    const { operator } = await startWithRollout();
    const path = '/v1/operator/events';
    const page = (await get(operator, `${path}?hostname=web-01&type=RemoteAppendEventLog&limit=1`)) as {
      readonly events: readonly unknown[];
      readonly next: number;
    };
    expect(page.events).toMatchObject([{ effect: { payload: { type: 'DispatchAck', seq: 1 } } }]);
    const rest = await get(operator, `${path}?hostname=web-01&type=RemoteAppendEventLog&after=${page.next}`);
    expect(rest).toMatchObject({ events: [{ effect: { payload: { type: 'ActivationStarted' } } }], next: null });
    expect(await get(operator, `${path}?order=newest&limit=1&rolloutId=${rolloutId}`)).toMatchObject({ events: [{}] });
    expect(await get(operator, `${path}?hostname=${encodeURIComponent("' OR 1=1 --")}`)).toEqual({
      events: [],
      next: null,
    });
    expect((await ask(operator, `${path}?limit=100000`)).status).toBe(400);
  });

  it('a summary', async () => {
    const { operator } = await startWithRollout();
    expect(await get(operator, '/v1/operator/status')).toMatchObject({
      rollouts: [{ rolloutId }],
      held: { 'wave-promotion': { hosts: 2, oldest: NOON } },
      storeFailure: null,
    });
  });

  it('every metric, each with its help', async () => {
    const { operator, clock } = await startWithRollout();
    clock.pass(30_000);
    const { text } = await ask(operator, '/metrics');
    expect(text).toContain('nixfleet_hosts{channel="stable",wave="0",state="Activating"} 1\n');
    expect(text).toContain('nixfleet_events_total{outcome="accepted"} 2\n');
    expect(text).toContain('nixfleet_oldest_hold_seconds{gate="wave-promotion"} 30\n');
    const names = text.split('\n').flatMap((line) => /^# TYPE (\S+)/.exec(line)?.[1] ?? []);
    expect(names.filter((name) => !Object.hasOwn(METRIC_HELPS, name))).toEqual([]);
  });

  it('health and readiness, without a token', async () => {
    const { operator, address } = await startWithRollout({ token: 'secret' });
    for (const server of [operator, address]) {
      expect((await ask(server, '/healthz')).status).toBe(200);
      expect((await ask(server, '/readyz')).status).toBe(200);
    }
  });

  it('the page', async () => {
    const { operator } = await startWithRollout({ page: '<p>page</p>' });
    expect(await ask(operator, '/')).toMatchObject({ status: 200, text: '<p>page</p>' });
  });
});

describe('an operator clears a rollout', () => {
  const clear = (operator: string, body: string, type = 'application/json') =>
    ask(operator, '/v1/operator/clear', { method: 'POST', body, headers: { 'content-type': type } });

  it('and gets the result', async () => {
    const { operator } = await startWithRollout();
    const answer = await clear(operator, JSON.stringify({ rolloutId: 'other@r1', operator: 'ada', reason: 'done' }));
    expect(answer).toMatchObject({
      status: 409,
      json: { accepted: false, message: expect.stringContaining('other@r1') as string },
    });
  });

  it('and is named in the log with the reason, also if it is refused', async () => {
    const { operator, lines } = await startWithRollout();
    await clear(operator, JSON.stringify({ rolloutId, operator: 'ada', reason: 'looked at it' }));
    expect(lines.filter(({ code }) => code === 'operator-cleared')).toMatchObject([
      {
        message: `ada asked to clear ${rolloutId} (looked at it), which was refused: ${rolloutId} is Active, and that state does not accept OperatorClearance.`,
        fields: { rolloutId, operator: 'ada', reason: 'looked at it', accepted: false },
      },
    ]);
  });

  it('but not by a form of another site, or with half of the fields', async () => {
    const { operator } = await startWithRollout();
    expect((await clear(operator, '{}', 'text/plain')).status).toBe(415);
    expect((await clear(operator, '{"rolloutId":"a@b"}')).status).toBe(400);
    expect((await clear(operator, '{')).status).toBe(400);
    expect((await ask(operator, '/v1/operator/clear')).status).toBe(405);
  });
});

describe('nobody else is served', () => {
  it.each([
    ['no token', {}],
    ['another token', { authorization: 'Bearer other' }],
    ['another password', { authorization: `Basic ${btoa('ada:other')}` }],
    ['another scheme', { authorization: 'Digest secret' }],
  ])('with %s', async (_name, headers) => {
    const { operator } = await startWithRollout({ token: 'secret' });
    for (const path of ['/v1/operator/status', '/metrics', '/', '/v1/operator/stream']) {
      expect((await ask(operator, path, { headers })).status).toBe(401);
    }
  });

  it.each(['Bearer secret', `Basic ${btoa('ada:secret')}`])('but the one with %s', async (authorization) => {
    const { operator } = await startWithRollout({ token: 'secret' });
    expect((await ask(operator, '/v1/operator/status', { headers: { authorization } })).status).toBe(200);
  });

  it('under the name of another site, without a token', async () => {
    const { operator } = await startWithRollout();
    expect((await ask(operator, '/v1/operator/status', { headers: { host: 'example.org' } })).status).toBe(403);
  });

  it('from other machines without a token', async () => {
    await expect(startBench({ operator: { host: '0.0.0.0' } })).rejects.toThrow('give a token');
  });

  it('on the address of the agents', async () => {
    const { address } = await startWithRollout();
    expect((await ask(address, '/v1/operator/status')).status).toBe(404);
    expect((await ask(address, '/metrics')).status).toBe(404);
  });
});

interface Message {
  readonly id: string | null;
  readonly event: string | null;
  readonly data: unknown;
}

/** The messages of a stream, as they arrive. */
async function* messagesOf({ running }: Bench, lastEventId?: string): AsyncGenerator<Message, void> {
  const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
  const sent = request(`${running.operatorAddress}/v1/operator/stream`, { headers, agent: false });
  onTestFinished(() => void sent.destroy());
  sent.end();
  const response = await new Promise<AsyncIterable<Buffer>>((resolve) => {
    sent.on('response', resolve);
  });
  let text = '';
  for await (const chunk of response) {
    text += chunk.toString('utf8');
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const field = (name: string): string | null =>
        new RegExp(`^${name}: (.*)$`, 'm').exec(text.slice(0, end))?.[1] ?? null;
      const data = field('data');
      if (data !== null) yield { id: field('id'), event: field('event'), data: JSON.parse(data) as unknown };
      text = text.slice(end + 2);
    }
  }
}

async function take(
  messages: AsyncGenerator<Message, void>,
  until: (message: Message) => boolean,
): Promise<readonly Message[]> {
  const taken: Message[] = [];
  for (let next = await messages.next(); next.done !== true; next = await messages.next()) {
    taken.push(next.value);
    if (until(next.value)) return taken;
  }
  throw new Error('The stream ended.');
}

const isTransition = ({ data }: Message, to: string): boolean =>
  isObject(data) && data['type'] === 'HostTransition' && data['to'] === to;

describe('the stream', () => {
  it('starts with the head of a run file, then sends past events and new ones', async () => {
    const bench = await startWithRollout();
    const messages = messagesOf(bench);
    const [head, ...past] = await take(messages, (message) => isTransition(message, 'Activating'));
    expect(head).toMatchObject({ event: 'head', data: { startAt: NOON, rollouts: [{ rolloutId, waves: [{}, {}] }] } });
    expect(past.map(({ data }) => (isObject(data) ? data['type'] : null))).toContain('RolloutOpened');
    const [, , completed] = goodLife('web-01-r1');
    bench.clock.pass(1000);
    await bench.agent.post(rolloutId, completed!);
    const live = await take(messages, (message) => isTransition(message, 'Soaking'));
    expect(live.at(-1)).toMatchObject({ event: 'run', data: { runMs: 1000, hostname: 'web-01', from: 'Activating' } });
  });

  it('resumes where a client lost it', async () => {
    const bench = await startWithRollout();
    const past = await take(messagesOf(bench), (message) => isTransition(message, 'Activating'));
    const [, , completed] = goodLife('web-01-r1');
    await bench.agent.post(rolloutId, completed!);
    const rest = await take(messagesOf(bench, past.at(-1)?.id ?? ''), (message) => isTransition(message, 'Soaking'));
    expect(rest.filter(({ event }) => event === 'run').map(({ id }) => Number(id))).toSatisfy(
      (ids: readonly number[]) => ids.every((id) => id > Number(past.at(-1)?.id)),
    );
  });

  it('ends when the control plane closes', async () => {
    const bench = await startWithRollout();
    const messages = messagesOf(bench);
    await messages.next();
    await bench.running.close();
    await expect(take(messages, () => false)).rejects.toThrow('The stream ended');
  });
});
