import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { controlPlaneCore, hostsOf, rolloutOf } from '../../../src/control-plane/index.ts';
import { readSqliteStore, verifyStore } from '../../../src/runtime/control-plane/index.ts';
import { manifest } from '../../control-plane/support/manifests.ts';
import { AgentClient } from '../support/agent-client.ts';
import { startBench, temporaryFolder, type Bench } from '../support/control-plane-bench.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const release = (ref: string) => ({ rollouts: [manifest({ ref, others: ['web-01', 'web-02'] })], signedAt: null });

/** Runs the hourly work: an answered heartbeat comes after it. */
async function passAnHour({ clock, address }: Bench): Promise<void> {
  clock.pass(HOUR_MS);
  await new AgentClient(address, 'web-01').heartbeat();
  await new AgentClient(address, 'web-01').heartbeat();
}

describe('retention', () => {
  it('deletes the hosts of a superseded rollout, and keeps its record', async () => {
    const bench = await startBench({ retention: { rolloutDays: 1 } });
    await bench.running.release(release('r1'));
    await bench.running.release(release('r2'));
    await passAnHour(bench);
    expect(hostsOf(bench.running.controlPlane(), 'stable@r1')).toHaveLength(2);
    bench.clock.pass(DAY_MS);
    await passAnHour(bench);
    expect(hostsOf(bench.running.controlPlane(), 'stable@r1')).toHaveLength(0);
    expect(rolloutOf(bench.running.controlPlane(), 'stable@r1')?.state).toBe('Pruned');
    expect(hostsOf(bench.running.controlPlane(), 'stable@r2')).toHaveLength(2);
  });

  it('keeps two snapshots and the inputs after the older one', async () => {
    const path = join(temporaryFolder(), 'control-plane.db');
    const bench = await startBench({ path, snapshotEvery: 5 });
    await bench.running.release(release('r1'));
    const agent = new AgentClient(bench.address, 'web-01');
    for (let heartbeat = 0; heartbeat < 40; heartbeat += 1) {
      bench.clock.pass(1000);
      await agent.heartbeat();
    }
    await bench.running.close();
    const store = await readSqliteStore(path);
    const seqs = await store.snapshotSeqs();
    const inputs = await store.inputsAfter(0, 1000);
    // And one more when it ends.
    expect(seqs.length).toBeLessThanOrEqual(3);
    expect(seqs[0]).toBeGreaterThan(20);
    expect(inputs[0]?.seq).toBe((seqs[0] ?? 0) + 1);
    expect((await verifyStore(controlPlaneCore(), store)).difference).toBeNull();
    await store.close();
  });

  it('deletes old lines of the event log if configured', async () => {
    const path = join(temporaryFolder(), 'control-plane.db');
    const bench = await startBench({ path, retention: { eventDays: 1 } });
    await bench.running.release(release('r1'));
    bench.clock.pass(2 * DAY_MS);
    await passAnHour(bench);
    await bench.running.close();
    const store = await readSqliteStore(path);
    const events = await store.events({ limit: 1000 });
    expect(events.filter(({ effect }) => effect.type === 'OpenRollout')).toEqual([]);
    // Deleted lines are not compared.
    expect((await verifyStore(controlPlaneCore(), store)).difference).toBeNull();
    await store.close();
  });
});

describe('a changed configuration', () => {
  it('applies from the next start on, and the log can still be verified', async () => {
    const path = join(temporaryFolder(), 'control-plane.db');
    const first = await startBench({ path });
    await first.running.release(release('r1'));
    await first.running.close();
    const second = await startBench({ path, config: { heartbeatSecs: 30 } });
    expect(second.running.controlPlane().config.heartbeatSecs).toBe(30);
    await second.running.release(release('r2'));
    await second.running.close();
    const store = await readSqliteStore(path);
    const { difference, folded } = await verifyStore(controlPlaneCore(), store);
    expect(difference).toBeNull();
    expect(folded.controlPlane.config.heartbeatSecs).toBe(30);
    await store.close();
  });
});

describe('the wall clock', () => {
  it.each([-60_000, 3_600_000])('that jumps by %i ms is logged once', async (jumpMs) => {
    const { clock, lines } = await startBench();
    clock.pass(15_000);
    clock.jump(jumpMs);
    clock.pass(60_000);
    expect(lines.filter(({ code }) => code === 'clock-jumped').map(({ fields }) => fields['jumpMs'])).toEqual([jumpMs]);
  });
});
