import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { parseFleet, projectRollouts } from '../../../src/fleet/index.ts';
import { systemClock } from '../../../src/runtime/agent/index.ts';
import { readText, repositoryRoot } from '../../support/repository.ts';
import { TestHost } from '../support/test-host.ts';
import { TinyControlPlane } from '../support/tiny-control-plane.ts';

test('the example control plane serves agents, and shuts down cleanly', { timeout: 120_000 }, async () => {
  const host = new TestHost();
  try {
    const configuration = {
      database: host.path('control-plane.db'),
      manifests: { from: join(repositoryRoot, 'examples/fleets/harbor.json') },
      listen: { port: 0 },
      operator: { port: 0 },
    };
    writeFileSync(host.path('control-plane.json'), JSON.stringify(configuration));
    const program = join(repositoryRoot, 'examples/runtime/control-plane-with-own-log.mjs');
    const child = spawn(process.execPath, [program, host.path('control-plane.json')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise<number | null>((resolve) => {
      child.on('close', resolve);
    });
    let said = '';
    const address = await new Promise<string>((resolve) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        const [line] = /^http:.*(?=\n)/m.exec(said) ?? [];
        if (line !== undefined) resolve(line);
      });
    });
    expect((await fetch(`${address}/healthz`)).ok).toBe(true);
    expect(said).toContain('info recovered: ');
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  } finally {
    host.remove();
  }
});

test('the example agent brings its host to its soak, and shuts down cleanly', { timeout: 120_000 }, async () => {
  const fleetFile = join(repositoryRoot, 'examples/fleets/harbor.json');
  const fleet = parseFleet(readText('examples/fleets/harbor.json'));
  const released = fleet.ok ? projectRollouts(fleet.fleet) : fleet;
  if (!released.ok) throw new Error('the example fleet cannot be projected');
  const rollout = released.rollouts.find(({ channel }) => channel === 'edge')!;
  const hostname = rollout.hosts.find(({ wave }) => wave === 0)!.hostname;
  const plane = new TinyControlPlane(systemClock());
  const host = new TestHost();
  try {
    const url = await plane.listen();
    plane.release([rollout]);
    const configuration = {
      hostname,
      stateDirectory: host.state,
      controlPlane: { url: url.href },
      manifests: { path: fleetFile, acceptUnsigned: true },
      activation: { activate: host.switchCommand },
      runningClosure: { link: host.link },
      bootIdFile: host.bootIdFile,
      probes: [{ name: 'load', kind: 'tcp', port: 1 }],
    };
    writeFileSync(host.path('agent.json'), JSON.stringify(configuration));
    const program = join(repositoryRoot, 'examples/runtime/agent-with-own-probes.mjs');
    const child = spawn(process.execPath, [program, host.path('agent.json')], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const ended = new Promise<number | null>((resolve) => {
      child.on('close', resolve);
    });
    await plane.host(hostname, 'Soaking');
    // Its own probe was run, not the one in the file, which never answers.
    await plane.effect((effect) => effect.type === 'RemoteAppendEventLog' && effect.payload.type === 'ProbeResult');
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    const results = plane.effects.filter(
      (effect) => effect.type === 'RemoteAppendEventLog' && effect.payload.type === 'ProbeResult',
    );
    expect(JSON.stringify(results[0])).toContain('"status":"pass"');
  } finally {
    plane.close();
    host.remove();
  }
});
