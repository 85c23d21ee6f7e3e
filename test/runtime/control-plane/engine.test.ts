import { describe, expect, it } from 'vitest';
import { controlPlaneCore, type SnapshotPart } from '../../../src/control-plane/index.ts';
import { ControlPlaneEngine, type TakenInput } from '../../../src/runtime/control-plane/engine.ts';
import { foldedFrom } from '../../../src/runtime/control-plane/fold.ts';
import { sqliteStore, verifyStore, type ControlPlaneStore } from '../../../src/runtime/control-plane/index.ts';
import { recover } from '../../../src/runtime/control-plane/recover.ts';
import { manifest } from '../../control-plane/support/manifests.ts';
import { TestClock } from '../support/test-clock.ts';

const core = controlPlaneCore();
const HOSTS = Array.from({ length: 3000 }, (_, index) => `host-${String(index).padStart(4, '0')}`);

/** An engine with a fleet, and a snapshot due at the next input. */
async function engineOf(changed: (store: ControlPlaneStore) => ControlPlaneStore) {
  const store = changed(await sqliteStore(':memory:'));
  const clock = new TestClock();
  const { folded } = await recover(core, store, clock, {});
  const engine = new ControlPlaneEngine(
    {
      core,
      store,
      clock,
      log: () => {},
      limits: { maxQueue: 100_000, maxBatch: 500, maxBatchEffects: 20_000, snapshotEvery: 2 },
      perform: () => {},
      onSnapshot: async () => {},
    },
    folded,
    0,
  );
  await engine.submit({ type: 'ManifestsVerified', rollouts: [manifest({ others: HOSTS })] });
  const heartbeat = (hostname: string): Promise<TakenInput<unknown>> => {
    clock.pass(1);
    const said = { hostname, rolloutId: null, currentClosure: 'old', at: clock.now(), rollouts: [], undelivered: [] };
    return engine.submit({ type: 'HeartbeatReceived', isComplete: true, heartbeat: said });
  };
  return { store, engine, heartbeat };
}

describe('a snapshot of many hosts', () => {
  // With 100,000 hosts, it took a second in which nothing was answered.
  it('is written in parts with inputs answered in between, but keeps the state of its own input', async () => {
    let parts = 0;
    let answered = 0;
    let isFirst = true;
    let isKept: () => void = () => {};
    const kept = new Promise<void>((resolve) => {
      isKept = resolve;
    });
    const bench = await engineOf((inner) => ({
      ...inner,
      saveSnapshot: async (saved) => {
        if (saved.seq === 0 || !isFirst) return inner.saveSnapshot(saved);
        isFirst = false;
        const saving = Promise.resolve(inner.saveSnapshot({ ...saved, parts: watched(saved.parts) }));
        await saving.finally(isKept);
      },
    }));
    async function* watched(all: Iterable<SnapshotPart> | AsyncIterable<SnapshotPart>): AsyncGenerator<SnapshotPart> {
      for await (const part of all) {
        // Each input is answered before the next part but one.
        expect(answered).toBeGreaterThanOrEqual(parts - 2);
        parts += 1;
        void bench.heartbeat(HOSTS[parts] ?? '').then(({ ok }) => (answered += Number(ok)));
        yield part;
      }
    }
    await bench.heartbeat('host-0000');
    await kept;
    await bench.engine.close();
    expect(parts).toBeGreaterThan(12);
    expect(answered).toBe(parts);
    expect(await bench.store.snapshotSeqs()).toContain(2);
    expect((await verifyStore(core, bench.store)).difference).toBeNull();
  });

  it('written as a whole by an older build is read and verified', async () => {
    const bench = await engineOf((inner) => ({
      ...inner,
      saveSnapshot: async (saved) => {
        if (saved.seq === 0) return inner.saveSnapshot(saved);
        const { controlPlane } = await foldedFrom(core, saved);
        const whole = core.snapshot(controlPlane);
        const hosts = whole.hosts.toSorted((a, b) => (a.hostname < b.hostname ? -1 : 1));
        const body = { controlPlane: { ...whole, hosts }, signedAt: null, heldSince: [] };
        await inner.saveSnapshot({ ...saved, parts: [{ path: [], body }] });
      },
    }));
    for (const hostname of HOSTS.slice(0, 5)) await bench.heartbeat(hostname);
    await bench.engine.close();
    expect((await bench.store.snapshotSeqs()).length).toBeGreaterThan(1);
    expect((await verifyStore(core, bench.store)).difference).toBeNull();
    const { folded } = await recover(core, bench.store, new TestClock(), {});
    expect(core.snapshot(folded.controlPlane)).toEqual(core.snapshot(bench.engine.folded.controlPlane));
  });
});
