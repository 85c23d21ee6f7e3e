import { copyFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { describe, expect, it, onTestFinished } from 'vitest';
import { controlPlaneCore, hostOf } from '../../../../src/control-plane/index.ts';
import {
  readSqliteStore,
  runControlPlane,
  sqliteStore,
  StoreProblem,
  verifyStore,
  type ControlPlaneStore,
} from '../../../../src/runtime/control-plane/index.ts';
import { storeProblem } from '../../../../src/runtime/control-plane/sqlite/sql-database.ts';
import { manifest } from '../../../control-plane/support/manifests.ts';
import { AgentClient, ask, goodLife } from '../../support/agent-client.ts';
import { startBench, temporaryFolder } from '../../support/control-plane-bench.ts';

const HOSTS = ['web-01', 'web-02', 'web-03', 'web-04'];
const rollout = manifest({ others: HOSTS, soakMinutes: 0 });
const { rolloutId } = rollout;
const core = controlPlaneCore();
const RELEASE = { rollouts: [rollout], signedAt: null };

/** A store that fails on demand. */
async function failingStore() {
  const store = await sqliteStore(':memory:');
  const failing = {
    isFailing: false,
    store: {
      ...store,
      append: (...args: Parameters<ControlPlaneStore['append']>) => {
        if (failing.isFailing) {
          const problem = { path: 'control-plane.db', message: 'the disk is full', remedy: 'Free some space.' };
          throw new StoreProblem('full', problem);
        }
        return store.append(...args);
      },
    },
  };
  return failing;
}

describe('while the store rejects writes', () => {
  it('acknowledges nothing, changes nothing, and continues afterwards', async () => {
    const failing = await failingStore();
    const { running, address, lines } = await startBench({ store: failing.store, operator: {} });
    await running.release(RELEASE);
    const agent = new AgentClient(address, 'web-01');
    await agent.heartbeat();
    const before = running.controlPlane();
    failing.isFailing = true;
    const [acknowledged] = goodLife('web-01-r1');
    const refused = await agent.post(rolloutId, acknowledged!);
    expect([refused.status, refused.headers['retry-after'], refused.headers['x-nixfleet-refusal']]).toEqual([
      503,
      '5',
      undefined,
    ]);
    expect((await agent.heartbeat()).status).toBe(503);
    expect(running.controlPlane()).toBe(before);
    expect((await ask(address, '/readyz')).status).toBe(503);
    expect((await ask(address, '/healthz')).status).toBe(200);
    expect((await ask(running.operatorAddress ?? '', '/metrics')).text).toContain('nixfleet_store_up 0');
    expect(lines.filter(({ code }) => code === 'store-failed').map(({ message }) => message)).toEqual([
      'control-plane.db: the disk is full. Free some space.',
    ]);
    failing.isFailing = false;
    expect((await agent.post(rolloutId, acknowledged!)).status).toBe(204);
    expect((await ask(address, '/readyz')).status).toBe(200);
    expect(lines.some(({ code }) => code === 'store-recovered')).toBe(true);
  });

  it('also because another process has locked it', async () => {
    const path = join(temporaryFolder(), 'control-plane.db');
    const { address } = await startBench({ path });
    const agent = new AgentClient(address, 'web-01');
    const other = new Database(path);
    onTestFinished(() => void other.close());
    other.exec('BEGIN IMMEDIATE');
    expect((await agent.heartbeat()).status).toBe(503);
    other.exec('ROLLBACK');
    expect((await agent.heartbeat()).status).toBe(200);
  });
});

describe('an error of SQLite becomes a sentence', () => {
  const errorOf = (path: string, sql: string): unknown => {
    const database = new Database(path);
    try {
      database.exec(sql);
      return null;
    } catch (error) {
      return error;
    } finally {
      database.close();
    }
  };

  it('for a full disk', () => {
    const path = join(temporaryFolder(), 'a.db');
    const error = errorOf(
      path,
      'PRAGMA max_page_count = 2; CREATE TABLE a (b); INSERT INTO a VALUES (zeroblob(100000))',
    );
    expect(storeProblem(path, error)).toMatchObject({ code: 'full', problem: { message: 'the disk is full' } });
  });

  it('for a read-only file', async () => {
    const path = join(temporaryFolder(), 'a.db');
    await (await sqliteStore(path)).close();
    const store = await readSqliteStore(path);
    onTestFinished(async () => store.close());
    await expect(store.saveSnapshot({ seq: 0, at: 0, parts: [] })).rejects.toThrow('this database cannot be written');
  });

  it('for a missing folder', async () => {
    await expect(sqliteStore(join(temporaryFolder(), 'missing', 'a.db'))).rejects.toThrow(
      'cannot be used (SQLITE_CANTOPEN)',
    );
  });

  it.each([
    ['a newer version', 'PRAGMA user_version = 99', 'newer-version', 'this database has version 99'],
    ['another program', 'PRAGMA application_id = 5', 'foreign', 'belongs to another program'],
  ])('for a database of %s, which is left alone', async (_name, change, code, message) => {
    const path = join(temporaryFolder(), 'a.db');
    await (await sqliteStore(path)).close();
    const raw = new Database(path);
    raw.exec(change);
    raw.close();
    const before = readFileSync(path);
    for (const open of [sqliteStore, readSqliteStore]) {
      const error: unknown = await open(path).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code });
      expect(String(error)).toContain(message);
    }
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('for torn pages', async () => {
    const path = join(temporaryFolder(), 'a.db');
    const first = await startBench({ path });
    await first.running.release(RELEASE);
    await first.running.close();
    const bytes = readFileSync(path);
    writeFileSync(path, Buffer.concat([bytes.subarray(0, 4096), Buffer.alloc(bytes.length - 4096, 0xee)]));
    const opened = sqliteStore(path).then((store) => runControlPlane({ store, listen: null, log: () => {} }));
    await expect(opened).rejects.toMatchObject({ code: 'damaged' });
  });

  it('for missing or unreadable inputs and parts of a snapshot', async () => {
    const path = join(temporaryFolder(), 'a.db');
    const first = await startBench({ path });
    await first.running.release(RELEASE);
    await new AgentClient(first.address, 'web-01').heartbeat();
    const crashed = join(temporaryFolder(), 'b.db');
    imageOf(path, crashed);
    for (const [change, message] of [
      ['DELETE FROM inputs WHERE seq = 1', 'input 1 is missing in the log'],
      ['DELETE FROM snapshot_parts WHERE part = 0', 'part 0 of snapshot 0 is missing'],
      [`UPDATE snapshot_parts SET body = '{' WHERE part = 0`, 'part 0 of snapshot 0 cannot be read'],
      [`UPDATE inputs SET body = '{"type":"Other"}' WHERE seq = 2`, 'input 2 cannot be read'],
    ] as const) {
      const copy = `${crashed}.${message.length}`;
      imageOf(crashed, copy);
      const raw = new Database(copy);
      raw.exec(change);
      raw.close();
      const opened = sqliteStore(copy).then((store) => runControlPlane({ store, listen: null, log: () => {} }));
      await expect(opened).rejects.toThrow(message);
      await expect(opened).rejects.toBeInstanceOf(StoreProblem);
    }
  });
});

/** Copies a database as a crash of the machine would leave it: the file and its write-ahead log. */
function imageOf(path: string, copy: string): void {
  for (const suffix of ['', '-wal'])
    if (existsSync(`${path}${suffix}`)) copyFileSync(`${path}${suffix}`, `${copy}${suffix}`);
}

describe('after a crash at any moment', () => {
  it('everything answered is there, and the log can be folded from the start', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'control-plane.db');
    // Includes snapshots between the events.
    const { running, address } = await startBench({ path, snapshotEvery: 7 });
    await running.release(RELEASE);
    const images: { readonly path: string; readonly answered: ReadonlyMap<string, number> }[] = [];
    const answered = new Map<string, number>();
    const life = async (hostname: string): Promise<void> => {
      const agent = new AgentClient(address, hostname);
      await agent.heartbeat();
      for (const event of goodLife(`${hostname}-r1`)) {
        expect((await agent.post(rolloutId, event)).status).toBe(204);
        answered.set(hostname, event.seq);
        const image = { path: join(folder, `${images.length}.db`), answered: new Map(answered) };
        images.push(image);
        imageOf(path, image.path);
      }
    };
    await Promise.all(HOSTS.map(life));
    expect(images).toHaveLength(4 * HOSTS.length);
    for (const image of images) {
      const store = await sqliteStore(image.path);
      const { folded, difference } = await verifyStore(core, store);
      await store.close();
      expect(difference).toBeNull();
      for (const [hostname, seq] of image.answered)
        expect(hostOf(folded.controlPlane, rolloutId, hostname)?.lastEventSeq).toBeGreaterThanOrEqual(seq);
    }
  });

  it('a torn end of the write-ahead log loses whole commits, never a part of one', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'control-plane.db');
    const { running, address } = await startBench({ path });
    await running.release(RELEASE);
    const agent = new AgentClient(address, 'web-01');
    await agent.heartbeat();
    await agent.post(rolloutId, ...goodLife('web-01-r1'));
    const whole = readFileSync(`${path}-wal`).length;
    for (let torn = 1; torn < 6; torn += 1) {
      const image = join(folder, `${torn}.db`);
      imageOf(path, image);
      truncateSync(`${image}-wal`, whole - torn * 3000);
      const store = await sqliteStore(image);
      const { difference } = await verifyStore(core, store);
      await store.close();
      expect(difference).toBeNull();
    }
  });
});
