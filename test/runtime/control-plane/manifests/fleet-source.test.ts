import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import canonicalize from 'canonicalize';
import { describe, expect, it, onTestFinished } from 'vitest';
import { rolloutsOf } from '../../../../src/control-plane/index.ts';
import { fleetSource, type VerifiedManifests } from '../../../../src/runtime/control-plane/index.ts';
import { repositoryRoot } from '../../../support/repository.ts';
import { startBench, temporaryFolder } from '../../support/control-plane-bench.ts';
import { TestClock } from '../../support/test-clock.ts';

const harbor = JSON.parse(readFileSync(join(repositoryRoot, 'examples/fleets/harbor.json'), 'utf8')) as {
  readonly meta: Readonly<Record<string, unknown>>;
};
const { publicKey, privateKey } = generateKeyPairSync('ed25519');

/** The example fleet, with a signing time and a ref. */
function fleetText(ref: string, signedAt: string): string {
  return JSON.stringify({ ...harbor, meta: { ...harbor.meta, ciCommit: ref, signedAt } });
}

function write(path: string, text: string, key = privateKey): void {
  writeFileSync(path, text);
  const canonical = canonicalize(JSON.parse(text)) ?? '';
  writeFileSync(`${path}.sig`, sign(null, Buffer.from(canonical), key).toString('base64'));
}

async function sourceOf(from: string, keys: Parameters<typeof fleetSource>[0]['keys'] = [publicKey]) {
  const clock = new TestClock();
  const taken: VerifiedManifests[] = [];
  const problems: string[] = [];
  const source = fleetSource({ from, keys, clock, everySecs: 5 });
  onTestFinished(() => source.close());
  await source.start({
    onManifests: async (manifests) => {
      taken.push(manifests);
      return null;
    },
    onProblem: (message) => problems.push(message),
  });
  const refs = () => taken.map(({ rollouts }) => rollouts[0]?.channelRef);
  return { source, taken, problems, refs };
}

describe('fleet files in a folder', () => {
  it('are released once signed', async () => {
    const folder = temporaryFolder();
    write(join(folder, 'a.json'), fleetText('r1', '2026-01-01T00:00:00Z'));
    const { source, refs, taken } = await sourceOf(folder);
    expect(refs()).toEqual(['r1']);
    expect(taken[0]?.signedAt).toBe(Date.UTC(2026, 0, 1));
    await source.reload();
    expect(refs()).toEqual(['r1']);
    write(join(folder, 'b.json'), fleetText('r2', '2026-01-02T00:00:00Z'));
    await source.reload();
    expect(refs()).toEqual(['r1', 'r2']);
  });

  it('that are unsigned, or signed with a foreign key, are reported and not released', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a.json'), fleetText('r1', '2026-01-01T00:00:00Z'));
    write(join(folder, 'b.json'), fleetText('r2', '2026-01-01T00:00:00Z'), generateKeyPairSync('ed25519').privateKey);
    const { source, refs, problems } = await sourceOf(folder);
    await source.reload();
    expect(refs()).toEqual([]);
    expect(problems).toEqual([
      expect.stringMatching(/a\.json is not released: it is not signed.*b\.json .*none of the configured keys/),
    ]);
  });

  it('that are unsigned are released if the deployment says so', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a.json'), fleetText('r1', '2026-01-01T00:00:00Z'));
    expect((await sourceOf(folder, 'unsigned')).refs()).toEqual(['r1']);
  });

  it('that are damaged or deleted leave earlier releases in force', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'a.json');
    writeFileSync(path, '{"hosts": 1}');
    const { source, refs, problems } = await sourceOf(folder, 'unsigned');
    expect(problems).toEqual([expect.stringContaining('a.json is not released: $')]);
    rmSync(folder, { recursive: true });
    await source.reload();
    expect(problems.at(-1)).toContain('no such file');
    expect(refs()).toEqual([]);
  });
});

describe('a fleet file at an address', () => {
  it('is fetched with its signature', async () => {
    const folder = temporaryFolder();
    write(join(folder, 'fleet.json'), fleetText('r1', '2026-01-01T00:00:00Z'));
    const server = createServer(({ url = '' }, response) => {
      const name = url === '/fleet.json' || url === '/fleet.json.sig' ? url : null;
      if (name === null) response.writeHead(404).end();
      else response.end(readFileSync(join(folder, name)));
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    onTestFinished(() => server.closeAllConnections());
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    expect((await sourceOf(`http://127.0.0.1:${port}/fleet.json`)).refs()).toEqual(['r1']);
    const { problems } = await sourceOf(`http://127.0.0.1:${port}/other.json`);
    expect(problems).toEqual([expect.stringContaining('there is no such file')]);
  });
});

describe('a control plane', () => {
  it('refuses a fleet file older than its own, even after a restart', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'control-plane.db');
    const fleet = join(folder, 'fleet.json');
    const clock = new TestClock();
    const manifests = () => fleetSource({ from: fleet, keys: [publicKey], clock, everySecs: 5 });
    write(fleet, fleetText('r2', '2026-01-02T00:00:00Z'));
    const first = await startBench({ path, clock, manifests: manifests() });
    const opened = rolloutsOf(first.running.controlPlane()).map(({ targetRef }) => targetRef);
    expect(new Set(opened)).toEqual(new Set(['r2']));
    await first.running.close();
    write(fleet, fleetText('r1', '2026-01-01T00:00:00Z'));
    const second = await startBench({ path, clock, manifests: manifests() });
    expect(rolloutsOf(second.running.controlPlane())).toHaveLength(opened.length);
    expect(second.lines.find(({ code }) => code === 'manifests')?.message).toContain('has already been released');
  });
});
