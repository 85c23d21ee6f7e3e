// The control plane as a process, with SQLite on disk. `node bench/runtime.mjs --help` says what it measures.
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import Database from 'libsql';
import { controlPlaneCore, snapshotParts } from 'nixfleet-statechart/control-plane';
import { runControlPlane, sqliteStore, verifyStore } from 'nixfleet-statechart/runtime/control-plane';
import { decodeEnvelope } from 'nixfleet-statechart/wire';

const HELP = `node bench/runtime.mjs [options], after npm run build

A fleet's load on one control plane, from a second process over loopback; what it takes at the most, beside what SQLite alone
commits; and a start from, and a verification of, a long log. Processor times are of the control plane's process.

  --seconds N    how long the fleet's load lasts (default: 10)
  --hosts N      hosts, each with a heartbeat a minute (default: 100000)
  --polls N      polls that wait (default: 20000; each is a connection as far as ulimit -n allows)
  --events N     events a second (default: 200)
  --inputs N     inputs of the long log (default: 100000)
`;

const AT = '2026-01-01T00:00:00Z';
const AT_MS = Date.parse(AT);
const HEARTBEAT_SECS = 60;
/** A host's events: the first two, and probes from then on. */
const HOST_EVENTS = 12;
const nameOf = (host) => `host-${String(host).padStart(6, '0')}`;

/**
 * All of the hosts are in the second wave. The first has a host that is off, so that nothing is dispatched, and polls wait.
 *
 * @param {number} hosts
 */
function manifestOf(hosts) {
  const wanted = { staged: true, soakMinutes: 60 };
  return {
    rolloutId: 'stable@r1',
    channel: 'stable',
    channelRef: 'r1',
    policyName: 'policy',
    policy: { onHealthFailure: /** @type {const} */ ('halt') },
    hosts: [
      { ...wanted, hostname: 'off', wave: 0, targetClosure: 'closure-of-off' },
      ...Array.from({ length: hosts }, (_, host) => ({
        ...wanted,
        hostname: nameOf(host),
        wave: 1,
        targetClosure: `closure-of-${nameOf(host)}`,
      })),
    ],
    waves: [],
    edges: [],
    channelEdges: [],
    budgets: [],
    complianceMode: /** @type {const} */ ('enforce'),
    freshnessMinutes: 1440,
  };
}

const heartbeatOf = (host) => ({
  hostname: nameOf(host),
  currentClosure: 'old',
  at: AT,
  rollouts: [],
  undelivered: [],
});

const envelopeOf = (host, seq) => {
  const event =
    seq === 1
      ? { kind: 'DispatchAck', currentClosureAtDispatch: 'old', receivedAt: AT, seq }
      : seq === 2
        ? { kind: 'ActivationStarted', startedAt: AT, switchMethod: 'switch', seq }
        : { kind: 'ProbeResult', probeName: 'http', mode: 'observe', status: 'pass', observedAt: AT, seq };
  return { hostname: nameOf(host), rolloutId: 'stable@r1', event };
};

/** The event in the place `index`: a host of `hosts` after the first `from` sends all of its own, then the next one does. */
const eventAt = (index, hosts, from = 0) => {
  const senders = hosts - from;
  const round = Math.floor(index / (senders * HOST_EVENTS));
  const sender = Math.floor(index / HOST_EVENTS) % senders;
  return envelopeOf(from + sender, round * HOST_EVENTS + (index % HOST_EVENTS) + 1);
};

/**
 * How a control plane fares under a load from a second process.
 *
 * @param {{ hosts: number, secs: number, polls: number, events: number, paced: boolean }} options
 */
export async function benchLoad({ hosts, secs, polls, events, paced }) {
  return inFolder(async (folder) => {
    const path = join(folder, 'control-plane.db');
    const running = await runControlPlane({
      log: () => {},
      limits: { requestsPerHostPerSec: 1e6, requestBurstPerHost: 1e6 },
      store: await sqliteStore(path),
    });
    await running.release({ rollouts: [manifestOf(hosts)], signedAt: null });
    const plan = { address: running.address ?? '', hosts, secs, polls, events, paced };
    const { load, cpuMs, peakRssMiB, longestTurnMs } = await loadFrom(plan);
    await running.close();
    const answered = load.heartbeats.count + load.events.count;
    return {
      ...load,
      cpuShare: cpuMs / 1000 / load.tookSecs,
      answeredPerCpuSec: (answered / cpuMs) * 1000,
      peakRssMiB,
      longestTurnMs,
      megabytes: statSync(path).size / 1e6,
      sqlite: sqliteAlone(folder),
    };
  });
}

/**
 * A start from a log, with and without a snapshot at its end, and the verification of all of it, by processor time.
 *
 * @param {{ inputs: number, hosts: number }} options
 */
export async function benchLog({ inputs, hosts }) {
  return inFolder(async (folder) => {
    const path = join(folder, 'control-plane.db');
    await writeLog(path, inputs, hosts);
    const options = { log: () => {}, listen: null };
    const start = async () => runControlPlane({ ...options, store: await sqliteStore(path) });
    const cold = await measured(start);
    // On its end it stores a snapshot.
    await cold.result.close();
    const warm = await measured(start);
    await warm.result.close();
    const store = await sqliteStore(path);
    const verified = await measured(() => verifyStore(controlPlaneCore(), store));
    await store.close();
    const { difference } = verified.result;
    if (difference !== null) throw new Error(`The log was decided otherwise at input ${difference.seq}.`);
    return {
      inputs: verified.result.inputs,
      foldMs: cold.cpuMs,
      startMs: warm.cpuMs,
      verifiedPerCpuSec: (verified.result.inputs / verified.cpuMs) * 1000,
      megabytes: statSync(path).size / 1e6,
    };
  });
}

/** Writes what a control plane would have written in the course of `inputs` events, without any HTTP. */
async function writeLog(path, inputs, hosts) {
  const core = controlPlaneCore();
  const store = await sqliteStore(path);
  let controlPlane = core.start();
  const [head] = snapshotParts(controlPlane);
  const body = { controlPlane: head?.body, signedAt: null, heldSince: [] };
  await store.saveSnapshot({ seq: 0, at: AT_MS, parts: [{ path: [], body }] });
  const inputAt = (index) =>
    index === 0
      ? { type: /** @type {const} */ ('ManifestsVerified'), rollouts: [manifestOf(hosts)] }
      : {
          type: /** @type {const} */ ('EventReceived'),
          envelope: decoded(eventAt(index - 1, hosts)),
        };
  for (let seq = 0; seq < inputs;) {
    const entries = [];
    const after = seq;
    for (; entries.length < 1000 && seq < inputs;) {
      const input = inputAt(seq);
      const at = AT_MS + seq;
      const handled = core.handle(controlPlane, input, at);
      controlPlane = handled.controlPlane;
      seq += 1;
      entries.push({ recorded: { seq, at, input, signedAt: null }, effects: handled.effects });
    }
    await store.append(after, entries);
  }
  await store.close();
}

function decoded(envelope) {
  const read = decodeEnvelope(envelope);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.value;
}

async function inFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-runtime-'));
  try {
    return await work(folder);
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
  const text = JSON.stringify(envelopeOf(1, 3));
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

/** Processor time and memory are of this process, from when all polls wait to when the load ends. */
function loadFrom(plan) {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), ['--load']);
    let before = process.cpuUsage();
    let peakRssMiB = 0;
    const watch = setInterval(() => {
      peakRssMiB = Math.max(peakRssMiB, process.memoryUsage().rss / 2 ** 20);
    }, 200);
    const turns = watchTurns();
    child.on('message', (message) => {
      if (message === 'begins') {
        turns.begin();
        before = process.cpuUsage();
        return;
      }
      const { user, system } = process.cpuUsage(before);
      clearInterval(watch);
      resolve({ load: message, cpuMs: (user + system) / 1000, peakRssMiB, longestTurnMs: turns.end() });
    });
    child.on('error', reject);
    child.send(plan);
  });
}

/**
 * The longest time without an answer, by the processor time between two turns of a timer: at most a timer's interval
 * too much, and the same on a busy machine.
 */
function watchTurns() {
  let longestMs = 0;
  let before = process.cpuUsage();
  const timer = setInterval(() => {
    const { user, system } = process.cpuUsage(before);
    longestMs = Math.max(longestMs, (user + system) / 1000);
    before = process.cpuUsage();
  }, 5);
  return {
    begin: () => {
      longestMs = 0;
    },
    end: () => {
      clearInterval(timer);
      return longestMs;
    },
  };
}

/** In the second process. */
async function load({ address, hosts, secs, polls, events, paced }) {
  const agent = new Agent({ keepAlive: true, maxSockets: 200 });
  const post = (path, body) =>
    new Promise((resolve) => {
      const startedMs = performance.now();
      const sent = request(address + path, { method: 'POST', agent }, (response) => {
        response.resume();
        response.on('end', () => resolve({ ms: performance.now() - startedMs, status: response.statusCode }));
      });
      // Not answered: it counts as dropped.
      sent.on('error', () => resolve({ ms: performance.now() - startedMs, status: 599 }));
      sent.end(JSON.stringify(body));
    });
  let isOver = false;
  const waiting = await startPolls(address, polls, () => isOver);
  let nextHost = 0;
  const heartbeat = () => post('/v1/agent/heartbeat', heartbeatOf(nextHost++ % hosts));
  let nextEvent = 0;
  // A host in the middle of a switch would be dispatched again, so the hosts whose polls wait send no events.
  const event = () => post('/v1/agent/events', eventAt(nextEvent++, hosts, polls));
  process.send?.('begins');
  const startedMs = performance.now();
  const result = paced
    ? await Promise.all([pace(heartbeat, hosts / HEARTBEAT_SECS, secs), pace(event, events, secs)])
    : [await flood(heartbeat, 100, secs), await flood(event, 200, secs)];
  const tookSecs = (performance.now() - startedMs) / 1000;
  isOver = true;
  const [heartbeats, durable] = result;
  process.send?.({ heartbeats, events: durable, polls: waiting, tookSecs }, () => process.exit());
}

/** Files and connections besides those of the polls. */
const OTHER_FILES = 600;
const POLLS_BEGUN_PER_SEC = 1000;

/**
 * Polls that wait; each is sent again once it is answered. Each has a connection of its own, as far as there are files for
 * them; the others are the next requests on those connections, and wait like them.
 */
async function startPolls(address, polls, isOver) {
  const { soft } = process.report.getReport().userLimits.open_files;
  const connections = Math.min(polls, soft === 'unlimited' ? polls : Number(soft) - OTHER_FILES);
  const counts = { waiting: polls, connections, answered: 0, dropped: 0 };
  for (let first = 0; first < connections; first += 1) {
    const hosts = [];
    for (let host = first; host < polls; host += connections) hosts.push(host);
    keepPolling(address, hosts, counts, isOver);
    if (first % (POLLS_BEGUN_PER_SEC / 20) === 0) await later(50);
  }
  await later(1000);
  return counts;
}

function keepPolling(address, hosts, counts, isOver) {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  const poll = (host) =>
    socket.write(`GET /v1/agent/dispatch?hostname=${nameOf(host)} HTTP/1.1\r\nhost: ${hostname}\r\n\r\n`);
  hosts.forEach(poll);
  let next = 0;
  let rest = '';
  socket.setEncoding('latin1');
  socket.on('data', (text) => {
    if (isOver()) return;
    // An answer without a body ends with its head; one with a dispatch would be a defect of this benchmark.
    const heads = (rest + text).split('\r\n\r\n');
    rest = heads.pop() ?? '';
    for (const head of heads) {
      counts.answered += 1;
      if (!head.startsWith('HTTP/1.1 204')) counts.dropped += 1;
      poll(hosts[next++ % hosts.length]);
    }
  });
  const drop = () => {
    if (!isOver()) counts.dropped += 1;
  };
  socket.on('error', drop);
  socket.on('end', drop);
}

/** As many at once as connections: what the control plane can take. */
async function flood(send, workers, secs) {
  const startedMs = performance.now();
  const answers = [];
  const work = async () => {
    while (performance.now() < startedMs + secs * 1000) answers.push(await send());
  };
  await Promise.all(Array.from({ length: workers }, work));
  return summaryOf(answers, performance.now() - startedMs);
}

/** A steady rate, whatever the answers take. */
async function pace(send, perSec, secs) {
  const startedMs = performance.now();
  const sent = [];
  for (;;) {
    const elapsedMs = performance.now() - startedMs;
    if (elapsedMs >= secs * 1000) break;
    while (sent.length < (elapsedMs / 1000) * perSec) sent.push(send());
    await later(2);
  }
  return summaryOf(await Promise.all(sent), performance.now() - startedMs);
}

const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function summaryOf(answers, elapsedMs) {
  const sorted = Float64Array.from(answers, ({ ms }) => ms).sort();
  const at = (share) => sorted[Math.floor(sorted.length * share)] ?? 0;
  return {
    count: answers.length,
    perSec: (answers.length / elapsedMs) * 1000,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    dropped: answers.filter(({ status }) => status >= 300).length,
  };
}

const round = (value) => value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 1 : 0 });

/** @param {{ seconds: number, hosts: number, polls: number, events: number, inputs: number }} options */
export async function printRuntime({ seconds, hosts, polls, events, inputs }) {
  const show = ({ perSec, p50Ms, p99Ms, dropped }) =>
    `${round(perSec).padStart(8)} a second, p50 ${round(p50Ms)} ms, p99 ${round(p99Ms)} ms, ${dropped} dropped`;
  const flooded = await benchLoad({ hosts: 10_000, secs: 5, polls: 0, events: 0, paced: false });
  const { oneByOne, byHundred } = flooded.sqlite;
  console.log('A control plane with SQLite on disk, and a load from a second process, as much as it takes:');
  console.log(`  heartbeats       ${show(flooded.heartbeats)}`);
  console.log(`  durable events   ${show(flooded.events)}`);
  console.log(
    `  SQLite alone     ${round(oneByOne).padStart(8)} rows a second one a commit, ${round(byHundred)} by the hundred`,
  );
  const steady = await benchLoad({ hosts, secs: seconds, polls, events, paced: true });
  const { connections } = steady.polls;
  console.log(
    `${round(hosts)} hosts for ${seconds} s, ${round(polls)} polls waiting on ${round(connections)} connections:`,
  );
  console.log(`  heartbeats       ${show(steady.heartbeats)}`);
  console.log(`  durable events   ${show(steady.events)}`);
  console.log(
    `  polls            ${round(steady.polls.answered).padStart(8)} answered, ${steady.polls.dropped} dropped`,
  );
  console.log(
    `  ${round(steady.cpuShare * 100)} % of a core, ${round(steady.answeredPerCpuSec)} requests a second of it`,
  );
  console.log(`  ${round(steady.longestTurnMs)} ms of processor time was the longest without an answer`);
  console.log(`  ${round(steady.peakRssMiB)} MiB at most, a database of ${round(steady.megabytes)} MB`);
  const log = await benchLog({ inputs, hosts: 20_000 });
  console.log(`A log of ${round(log.inputs)} inputs, ${round(log.megabytes)} MB, by processor time:`);
  console.log(
    `  start            ${round(log.startMs).padStart(8)} ms with a snapshot at its end, ${round(log.foldMs)} ms without`,
  );
  console.log(`  --verify         ${round(log.verifiedPerCpuSec).padStart(8)} inputs a second`);
}

const { values: flags } = parseArgs({
  strict: false,
  options: Object.fromEntries(
    ['seconds', 'hosts', 'polls', 'events', 'inputs'].map((name) => [name, { type: /** @type {const} */ ('string') }]),
  ),
});
const isMain = process.argv[1] === fileURLToPath(import.meta.url);
if (isMain && process.argv.includes('--load')) process.on('message', (plan) => void load(plan));
else if (isMain && process.argv.includes('--help')) console.log(HELP);
else if (isMain)
  await printRuntime({
    seconds: Number(flags['seconds'] ?? 10),
    hosts: Number(flags['hosts'] ?? 100_000),
    polls: Number(flags['polls'] ?? 20_000),
    events: Number(flags['events'] ?? 200),
    inputs: Number(flags['inputs'] ?? 100_000),
  });
