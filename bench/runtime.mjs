// The control plane as a process, with SQLite on disk: the load comes from a second process over loopback.
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'libsql';
import { controlPlaneCore } from 'nixfleet-statechart/control-plane';
import { runControlPlane, sqliteStore, verifyStore } from 'nixfleet-statechart/runtime/control-plane';

const AT = '2026-01-01T00:00:00Z';
const nameOf = (host) => `host-${String(host).padStart(6, '0')}`;

/** @param {number} hosts */
function manifestOf(hosts) {
  return {
    rolloutId: 'stable@r1',
    channel: 'stable',
    channelRef: 'r1',
    policyName: 'policy',
    policy: { onHealthFailure: /** @type {const} */ ('halt') },
    hosts: Array.from({ length: hosts }, (_, host) => ({
      hostname: nameOf(host),
      wave: 0,
      staged: true,
      soakMinutes: 60,
      targetClosure: `closure-of-${nameOf(host)}`,
    })),
    waves: [],
    edges: [],
    channelEdges: [],
    budgets: [],
    complianceMode: /** @type {const} */ ('enforce'),
    freshnessMinutes: 1440,
  };
}

const heartbeatOf = (host) =>
  JSON.stringify({ hostname: nameOf(host), currentClosure: 'old', at: AT, rollouts: [], undelivered: [] });

const eventOf = (host, seq) => {
  const event =
    seq === 1
      ? { kind: 'DispatchAck', currentClosureAtDispatch: 'old', receivedAt: AT, seq }
      : seq === 2
        ? { kind: 'ActivationStarted', startedAt: AT, switchMethod: 'switch', seq }
        : { kind: 'ProbeResult', probeName: 'http', mode: 'observe', status: 'pass', observedAt: AT, seq };
  return JSON.stringify({ hostname: nameOf(host), rolloutId: 'stable@r1', event });
};

/**
 * Heartbeats and events a second, how long answers took, what SQLite alone commits, and the processor time of requests, of a
 * start, and of verifying the log.
 *
 * @param {{ hosts: number, secs: number, polls: number, paced: boolean }} options
 */
export async function benchRuntime({ hosts, secs, polls, paced }) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-runtime-'));
  const path = join(folder, 'control-plane.db');
  try {
    const limits = { requestsPerHostPerSec: 1e6, requestBurstPerHost: 1e6 };
    // Nothing is dispatched, so that polls wait.
    const options = { log: () => {}, config: { dispatchFrom: 1e15 }, limits };
    const running = await runControlPlane({ ...options, store: await sqliteStore(path) });
    await running.release({ rollouts: [manifestOf(hosts)], signedAt: null });
    const { result: load, cpuMs: loadMs } = await measured(() =>
      loadFrom({ address: running.address ?? '', hosts, secs, polls, paced }),
    );
    const answered = load.heartbeats.count + load.events.count;
    const rssMiB = process.memoryUsage().rss / 2 ** 20;
    await running.close();
    const { result: again, cpuMs: startMs } = await measured(async () =>
      runControlPlane({ ...options, store: await sqliteStore(path) }),
    );
    await again.close();
    const store = await sqliteStore(path);
    const { result: verified, cpuMs: verifyMs } = await measured(() => verifyStore(controlPlaneCore(), store));
    const { inputs, difference } = verified;
    await store.close();
    if (difference !== null) throw new Error(`The log was decided otherwise at input ${difference.seq}.`);
    const megabytes = statSync(path).size / 1e6;
    return {
      ...load,
      answeredPerCpuSec: (answered / loadMs) * 1000,
      rssMiB,
      startMs,
      inputs,
      verifiedPerCpuSec: (inputs / verifyMs) * 1000,
      megabytes,
      sqlite: sqliteAlone(folder),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** By processor time, which says the same on a busy machine. */
async function measured(work) {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { result, cpuMs: (user + system) / 1000 };
}

/** What SQLite commits by itself: rows as long as an event's, one a commit and a hundred a commit. */
function sqliteAlone(folder) {
  const database = new Database(join(folder, 'raw.db'));
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE a (id INTEGER PRIMARY KEY, b TEXT)',
  );
  const insert = database.prepare('INSERT INTO a (b) VALUES (?)');
  const text = eventOf(1, 3);
  const rate = (rows) => {
    const startedMs = performance.now();
    let count = 0;
    for (; performance.now() - startedMs < 1000; count += rows) {
      database.exec('BEGIN IMMEDIATE');
      for (let row = 0; row < rows; row += 1) insert.run(text);
      database.exec('COMMIT');
    }
    return (count / (performance.now() - startedMs)) * 1000;
  };
  const rates = { oneByOne: rate(1), byHundred: rate(100) };
  database.close();
  return rates;
}

/** @returns {Promise<Record<string, { count: number, perSec: number, p99Ms: number, failed: number }>>} */
function loadFrom(plan) {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), ['--load']);
    child.on('message', resolve);
    child.on('error', reject);
    child.send(plan);
  });
}

/** In the second process. */
async function load({ address, hosts, secs, polls, paced }) {
  const agent = new Agent({ keepAlive: true, maxSockets: 200 });
  const post = (path, body) =>
    new Promise((resolve, reject) => {
      const startedMs = performance.now();
      const sent = request(address + path, { method: 'POST', agent }, (response) => {
        response.resume();
        response.on('end', () => resolve({ ms: performance.now() - startedMs, status: response.statusCode }));
      });
      sent.on('error', reject);
      sent.end(body);
    });
  const pollAgent = new Agent({ keepAlive: true, maxSockets: Infinity });
  for (let host = 0; host < polls; host += 1) {
    const sent = request(`${address}/v1/agent/dispatch?hostname=${nameOf(host)}`, { agent: pollAgent }, (response) =>
      response.resume(),
    );
    sent.on('error', () => {});
    sent.end();
    if (host % 500 === 499) await new Promise((resolve) => setTimeout(resolve, 50));
  }
  let nextHost = 0;
  const heartbeat = () => post('/v1/agent/heartbeat', heartbeatOf(nextHost++ % hosts));
  const seqs = new Map();
  let nextSender = 0;
  const event = () => {
    const host = nextSender++ % hosts;
    const seq = (seqs.get(host) ?? 0) + 1;
    seqs.set(host, seq);
    return post('/v1/agent/events', eventOf(host, seq));
  };
  // As many at once as connections: what the control plane can take.
  const flood = async (send, workers) => {
    const took = [];
    let failed = 0;
    const startedMs = performance.now();
    const until = startedMs + secs * 1000;
    const work = async () => {
      while (performance.now() < until) {
        const { ms, status } = await send();
        took.push(ms);
        if (status >= 300) failed += 1;
      }
    };
    await Promise.all(Array.from({ length: workers }, work));
    return rateOf(took, failed, performance.now() - startedMs);
  };
  // A steady rate: what a fleet of 100,000 hosts sends.
  const pace = async (send, perSec) => {
    const took = [];
    let failed = 0;
    const pending = new Set();
    const note = async () => {
      const { ms, status } = await send();
      took.push(ms);
      if (status >= 300) failed += 1;
    };
    const startedMs = performance.now();
    for (let sent = 0; performance.now() - startedMs < secs * 1000;) {
      for (; sent < ((performance.now() - startedMs) / 1000) * perSec; sent += 1) {
        const one = note();
        pending.add(one);
        void one.finally(() => pending.delete(one));
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await Promise.all(pending);
    return rateOf(took, failed, performance.now() - startedMs);
  };
  const result = paced
    ? Object.fromEntries(
        await Promise.all([pace(heartbeat, 1667), pace(event, 200)]).then(([a, b]) => [
          ['heartbeats', a],
          ['events', b],
        ]),
      )
    : { heartbeats: await flood(heartbeat, 100), events: await flood(event, 200) };
  process.send?.(result, () => process.exit());
}

function rateOf(took, failed, elapsedMs) {
  const sorted = Float64Array.from(took).sort();
  return {
    count: took.length,
    perSec: (took.length / elapsedMs) * 1000,
    p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
    failed,
  };
}

if (process.argv.includes('--load')) process.on('message', (plan) => void load(plan));
