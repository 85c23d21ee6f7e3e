import { afterEach, describe, expect, test } from 'vitest';

import { agentManifest, type RolloutManifest } from '../../../src/fleet/index.ts';
import {
  CommandActivation,
  FileOutbox,
  HostProbes,
  HttpTransport,
  runAgent,
  runningSystem,
  type AgentHandle,
  type RunAgentOptions,
} from '../../../src/runtime/agent/index.ts';
import { agentSettings } from '../../../src/agent/index.ts';
import { systemClock } from '../../../src/runtime/shared/clock.ts';
import { aRollout } from '../support/a-rollout.ts';
import { TestHost } from '../support/test-host.ts';
import { TinyControlPlane } from '../support/tiny-control-plane.ts';

const SPEED = 600;

/** What a test has started; ended after it. */
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
  options: { activate?: readonly string[]; probes?: RunAgentOptions['probes']; hostProbes?: HostProbes } = {},
): Promise<AgentHandle> {
  const system = runningSystem({ closure: { link: host.link }, bootIdFile: host.bootIdFile });
  const manifest = agentManifest(rollout, 'web-01');
  const handle = await runAgent({
    hostname: 'web-01',
    probes: options.probes ?? [],
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
    },
  });
  started.push(() => handle.close());
  return handle;
}

describe('an agent as a process', () => {
  test('takes its host to Converged', async () => {
    const rollout = aRollout({ targetClosure: 'new' });
    const world = await controlPlane(rollout);
    const host = aHost();
    const agent = await anAgent(host, rollout, world);
    await world.plane.host('web-01', 'Converged');
    expect(agent.agent().runningClosure).toBe('new');
    expect(agent.agent().workers).toEqual([]);
  });
});
