import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SnapshotPart } from '../../src/control-plane/index.ts';
import { sqliteStore, type ControlPlaneStore, type StoredSnapshot } from '../../src/runtime/control-plane/index.ts';
import { storeConformance, type StoreUnderTest } from '../../src/testing/store-conformance.ts';
import { temporaryFolder } from '../runtime/support/control-plane-bench.ts';

/** Databases on disk, with each store changed by this function. */
function databases(change: (store: ControlPlaneStore) => ControlPlaneStore = (store) => store) {
  const folder = temporaryFolder();
  let number = 0;
  return async (): Promise<StoreUnderTest> => {
    number += 1;
    const path = join(folder, `${number}.db`);
    return { open: async () => change(await sqliteStore(path)) };
  };
}

async function failuresOf(fresh: () => Promise<StoreUnderTest>): Promise<readonly string[]> {
  return (await storeConformance(fresh)).filter(({ failure }) => failure !== null).map(({ name }) => name);
}

it('the built-in store conforms', async () => {
  const results = await storeConformance(databases());
  expect(results.filter(({ failure }) => failure !== null)).toEqual([]);
  expect(results.length).toBeGreaterThan(7);
});

describe('a store fails that', () => {
  it('does not notice another control plane writing to it', async () => {
    const careless = (store: ControlPlaneStore): ControlPlaneStore => ({
      ...store,
      append: async (_after, entries) => store.append((await store.inputsAfter(0, 1000)).length, entries),
    });
    expect(await failuresOf(databases(careless))).toContain('an append by an outdated control plane is refused');
  });

  it('writes entries one by one', async () => {
    const piecemeal = (store: ControlPlaneStore): ControlPlaneStore => ({
      ...store,
      append: async (after, entries) => {
        for (const [index, entry] of entries.entries()) await store.append(after + index, [entry]);
      },
    });
    expect(await failuresOf(databases(piecemeal))).toEqual(['an append succeeds as a whole or not at all']);
  });

  it('forgets everything with the process', async () => {
    const forgetful = async (): Promise<StoreUnderTest> => ({ open: () => sqliteStore(':memory:') });
    expect(await failuresOf(forgetful)).toContain('appended entries survive the process');
  });

  it('does not search', async () => {
    const lazy = (store: ControlPlaneStore): ControlPlaneStore => ({
      ...store,
      events: ({ limit }) => store.events({ limit }),
    });
    expect(await failuresOf(databases(lazy))).toEqual([
      'the event log can be searched by rollout, host, type and position',
    ]);
  });

  it('returns snapshots that a reader has modified', async () => {
    const sharing = (store: ControlPlaneStore): ControlPlaneStore => {
      const read = new Map<number, StoredSnapshot>();
      const snapshot = async (seq: number): Promise<StoredSnapshot> => {
        const { at, parts } = read.get(seq) ?? (await store.snapshot(seq));
        const kept: SnapshotPart[] = [];
        for await (const part of parts) kept.push(part);
        read.set(seq, { seq, at, parts: kept });
        return { seq, at, parts: kept };
      };
      return { ...store, snapshot };
    };
    expect(await failuresOf(databases(sharing))).toContain('a snapshot is returned unchanged');
  });

  it('prunes too much', async () => {
    const eager = (store: ControlPlaneStore): ControlPlaneStore => ({
      ...store,
      prune: (retention) => store.prune({ ...retention, snapshots: 1 }),
    });
    expect(await failuresOf(databases(eager))).toContain(
      'pruning keeps what a start needs and what the retention covers',
    );
  });
});
