import { afterEach, describe, expect, test } from 'vitest';

import { agentManifest, type RolloutManifest } from '../../../src/fleet/index.ts';
import {
  CommandActivation,
  FileOutbox,
  HostProbes,
  HttpTransport,
  agentMetricsOf,
  runAgent,
  runningSystem,
  type AgentHandle,
  type HostTraces,
  type RunAgentOptions,
} from '../../../src/runtime/agent/index.ts';
import { agentSettings } from '../../../src/agent/index.ts';
import { systemClock } from '../../../src/runtime/shared/clock.ts';
import { aRollout } from '../support/a-rollout.ts';
import { TestHost } from '../support/test-host.ts';
import { TinyControlPlane } from '../support/tiny-control-plane.ts';

const SPEED = 600;

/** Everything that a test has started, to end after it. */
const started: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const end of started.splice(0).reverse()) await end();
});

async function controlPlane(rollout: RolloutManifest) {
  const clock = systemClock(SPEED);
  const plane = new TinyControlPlane(clock);
  started.push(() => plane.close());
  const url = await plane.listen();
  plane.release([rollout]);
  return { plane, url, clock };
}

function aHost(): TestHost {
  const host = new TestHost();
  started.push(() => host.remove());
  return host;
}

async function anAgent(
  host: TestHost,
  rollout: RolloutManifest,
  { url, clock }: { url: URL; clock: ReturnType<typeof systemClock> },
  options: {
    activate?: readonly string[];
    probes?: RunAgentOptions['probes'];
    hostProbes?: HostProbes;
    metrics?: RunAgentOptions['metrics'];
    trace?: HostTraces;
  } = {},
): Promise<AgentHandle> {
  const system = runningSystem({ closure: { link: host.link }, bootIdFile: host.bootIdFile });
  const manifest = agentManifest(rollout, 'web-01');
  const handle = await runAgent({
    hostname: 'web-01',
    probes: options.probes ?? [],
    metrics: options.metrics ?? null,
    settings: agentSettings({ tickSecs: 10 }),
    ports: {
      outbox: new FileOutbox(host.state),
      transport: new HttpTransport({ url, tls: null, clock }),
      activation: new CommandActivation({
        folder: host.path('jobs'),
        activate: options.activate ?? host.switchCommand,
        rollback: host.switchCommand,
        timeoutMs: 10_000,
        bootId: () => system.bootId(),
      }),
      probes: options.hostProbes ?? new HostProbes([], clock),
      system,
      manifests: {
        manifestOf: (rolloutId) => (manifest?.rolloutId === rolloutId ? manifest : null),
        all: () => (manifest === null ? [] : [manifest]),
      },
      clock,
      telemetry: { log: () => {}, metric: () => {}, ...(options.trace === undefined ? {} : { trace: options.trace }) },
    },
  });
  started.push(() => handle.close());
  return handle;
}

describe('an agent as a process', () => {
  test('brings its host to Converged', async () => {
    const rollout = aRollout({ targetClosure: 'new' });
    const world = await controlPlane(rollout);
    const host = aHost();
    const states: string[] = [];
    const trace: HostTraces = ({ hostname, to }) => states.push(`${hostname} ${to}`);
    const agent = await anAgent(host, rollout, world, { trace });
    await world.plane.host('web-01', 'Converged');
    expect(states).toEqual(['web-01 Activating', 'web-01 Soaking', 'web-01 Converged']);
    expect(agent.agent().runningClosure).toBe('new');
    expect(agent.agent().workers).toEqual([]);
  });
});

describe('the metrics of an agent', () => {
  test('are served at the configured address until it ends', async () => {
    const rollout = aRollout({ targetClosure: 'new', hosts: ['web-02'] });
    const { url, clock } = await controlPlane(rollout);
    const handle = await anAgent(aHost(), rollout, { url, clock }, { metrics: { host: '127.0.0.1', port: 0 } });
    const metricsUrl = handle.metricsUrl ?? '';
    // Taken first, because an answer in between adds a metric.
    const names = new Set(agentMetricsOf(handle.standing()).map(({ name }) => name));
    const text = await (await fetch(metricsUrl)).text();
    expect(text).toMatch(/# TYPE nixfleet_agent_outbox_events gauge\nnixfleet_agent_outbox_events \d+\n/);
    // Each metric needs a help text, or it would be left out.
    expect([...names].filter((name) => !text.includes(`# HELP ${name} `))).toEqual([]);
    expect((await fetch(new URL('/healthz', metricsUrl))).status).toBe(200);
    expect((await fetch(new URL('/other', metricsUrl))).status).toBe(404);
    await handle.close();
    await expect(fetch(metricsUrl)).rejects.toThrow();
  });

  test('on a port that is taken are refused in one sentence, and nothing is started', async () => {
    const rollout = aRollout({ targetClosure: 'new', hosts: ['web-02'] });
    const { url, clock } = await controlPlane(rollout);
    const metrics = { host: '127.0.0.1', port: Number(url.port) };
    await expect(anAgent(aHost(), rollout, { url, clock }, { metrics })).rejects.toThrow(
      'another process listens there',
    );
  });
});
