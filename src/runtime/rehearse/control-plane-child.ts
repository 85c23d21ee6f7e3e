import { watch } from 'node:fs';
import { join } from 'node:path';
import { runControlPlane, sqliteStore, type ControlPlaneStore, type ManifestSource } from '../control-plane/index.ts';
import { obeyParent, readSetup, rehearsalClock, type ControlPlaneSetup, type Released } from './child-setup.ts';
import { writeLine } from './journal.ts';
import { RehearsalClock } from './run-clock.ts';

// The control plane of a rehearsal: the built-in one, with the rollouts that the rehearsal publishes in a file.

const setup = readSetup<ControlPlaneSetup>(process.argv[2] ?? '');
const { folder, heartbeatSecs, planSecs, longPollSecs, hosts, isFirst } = setup;
const MIN_UNKNOWN_HOSTS = 1000;
const LEAST_RATE_PER_SEC = 1e6;

/** How many more commits to begin, or to answer, before crashing. */
let crashIn: number | null = null;
obeyParent((afterEffects) => {
  crashIn = afterEffects;
});
const runClock = new RehearsalClock(setup.time.clockPath, setup.time.speed, setup.time.slot);

function crashIfOrdered(): void {
  if (crashIn === null) return;
  if (crashIn === 0) process.kill(process.pid, 'SIGKILL');
  crashIn -= 1;
}

const inner = await sqliteStore(join(folder, 'control-plane.db'));
let recoveredSeq = 0;
const store: ControlPlaneStore = {
  snapshotSeqs: () => inner.snapshotSeqs(),
  snapshot: (which) => inner.snapshot(which),
  inputsAfter: async (seq, limit) => {
    const inputs = await inner.inputsAfter(seq, limit);
    recoveredSeq = Math.max(recoveredSeq, seq, inputs.at(-1)?.seq ?? 0);
    return inputs;
  },
  append: async (after, entries) => {
    crashIfOrdered();
    const turns = entries.map(({ recorded: { seq, at: handledAt, input }, effects }) => ({
      seq,
      handledAt,
      input,
      effects,
    }));
    writeLine({ type: 'append', turns });
    await inner.append(after, entries);
    writeLine({ type: 'appended' });
    crashIfOrdered();
  },
  saveSnapshot: (snapshot) => inner.saveSnapshot(snapshot),
  events: (query) => inner.events(query),
  prune: (retention) => inner.prune(retention),
  close: () => inner.close(),
};

const released = join(folder, 'released.json');
let stopWatching: () => void = () => {};
const manifests: ManifestSource = {
  start: async (listener) => {
    const publish = async (): Promise<void> => {
      const { rollouts } = readSetup<Released>(released);
      const problem = await listener.onManifests({ rollouts, signedAt: null });
      if (problem !== null) listener.onProblem(problem);
    };
    // Watches the folder, because the file is replaced as a whole.
    const watcher = watch(folder, (_, name) => {
      if (name === 'released.json') void publish();
    });
    stopWatching = () => watcher.close();
    await publish();
  },
  reload: async () => {},
  close: () => stopWatching(),
};

const running = await runControlPlane({
  store,
  manifests,
  clock: rehearsalClock(runClock, setup.time),
  log: () => {},
  listen: { port: 0 },
  planSecs,
  config: {
    heartbeatSecs,
    maxUnknownHosts: Math.max(MIN_UNKNOWN_HOSTS, hosts),
    ...(isFirst ? { dispatchFrom: null } : {}),
  },
  limits: {
    pollSecs: longPollSecs,
    requestsPerHostPerSec: LEAST_RATE_PER_SEC,
    requestBurstPerHost: LEAST_RATE_PER_SEC,
  },
  onPerformed: (effects, { input, reply, at: handledAt, isRecorded }) => {
    const isHeard = input.type === 'HeartbeatReceived' || input.type === 'EventReceived' || input.type === 'PlanTick';
    if (isRecorded || effects.length > 0 || isHeard)
      writeLine({ type: 'performed', handledAt, input, reply, effects, isRecorded });
  },
});
writeLine({ type: 'listening', seq: recoveredSeq, address: running.address ?? '' });
runClock.keepUp();

process.on('SIGTERM', () => void running.close());
await running.ended;
process.disconnect();
