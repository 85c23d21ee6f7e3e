import { existsSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentManifest, ProbeTask } from '../../agent/index.ts';
import { CommandActivation } from '../agent/command-activation.ts';
import { FileOutbox } from '../agent/file-outbox.ts';
import { HttpTransport } from '../agent/http-transport.ts';
import type { ProbeResult, RunningSystem } from '../agent/ports.ts';
import { runAgent } from '../agent/run-agent.ts';
import { pause } from '../shared/pause.ts';
import {
  manifestsOf,
  NO_TROUBLE,
  obeyParent,
  readSetup,
  rehearsalClock,
  type AgentSetup,
  type HostTrouble,
  type Released,
} from './child-setup.ts';
import { writeLine } from './journal.ts';
import { RehearsalClock } from './run-clock.ts';

/*
 * The agent of one host in a rehearsal. It uses the built-in ports, except for probes, which fail when the rehearsal says
 * so, and manifests, which the rehearsal publishes in a file.
 */

const setup = readSetup<AgentSetup>(process.argv[2] ?? '');
const { hostname, folder, url, settings, probes, workSecs } = setup;
/** How many effects of the current turn have been performed, and after how many to crash. */
let performed = 0;
/** Whether the current input is a tick. */
let isTick = false;
let crashAfter: number | null = null;
obeyParent((afterEffects) => {
  crashAfter = afterEffects;
});
const runClock = new RehearsalClock(setup.time.clockPath, setup.time.speed, setup.time.slot);
const clock = rehearsalClock(runClock, setup.time);
const rightClock = rehearsalClock(runClock, { ...setup.time, skewMs: 0, driftPpm: 0 });
const inFolder = (name: string): string => join(folder, name);

const system: RunningSystem = {
  runningClosure: () => readlinkSync(inFolder('current')),
  bootId: () => readlinkSync(inFolder('boot-id')),
};

const trouble = (): HostTrouble =>
  existsSync(inFolder('trouble.json')) ? readSetup<HostTrouble>(inFolder('trouble.json')) : NO_TROUBLE;

const manifests = (): readonly AgentManifest[] =>
  trouble().isManifestExpired ? [] : manifestsOf(readSetup<Released>(join(folder, '..', 'released.json')), hostname);

async function runProbe({ probeName, mode, intervalMs }: ProbeTask, signal: AbortSignal): Promise<ProbeResult> {
  for (;;) {
    await pause(clock, workSecs.probe * 1000, signal);
    const runs = readlinkSync(inFolder('current'));
    const struck = trouble().probes.find(
      (each) =>
        (each.probeName === null ? mode === 'enforce' : each.probeName === probeName) &&
        (each.closure === null || each.closure === runs),
    );
    if (signal.aborted || struck === undefined) return { status: 'pass', failureReason: null, subResults: null };
    if (struck.outcome === 'fail') return { status: 'fail', failureReason: 'rehearsed failure', subResults: null };
    writeLine({ type: 'probe-silent', probeName });
    await pause(clock, intervalMs, signal);
  }
}

function crashIfOrdered(): void {
  if (crashAfter === performed) process.kill(process.pid, 'SIGKILL');
}

const command = (secs: number): readonly string[] => [
  'sh',
  join(folder, '..', 'fake-switch.sh'),
  folder,
  '{closure}',
  String(secs),
];

const handle = await runAgent({
  hostname,
  probes,
  settings,
  ports: {
    outbox: new FileOutbox(inFolder('state')),
    transport: new HttpTransport({
      url: new URL(url),
      tls: null,
      clock,
      requestTimeoutMs: setup.requestTimeoutMs,
      pollTimeoutMs: setup.longPollMs + setup.requestTimeoutMs,
    }),
    activation: new CommandActivation({
      folder: inFolder('jobs'),
      activate: command(workSecs.switch),
      rollback: command(workSecs.rollback),
      timeoutMs: 3_600_000,
      bootId: () => system.bootId(),
    }),
    probes: { run: runProbe },
    system,
    manifests: {
      manifestOf: (rolloutId) => manifests().find((manifest) => manifest.rolloutId === rolloutId) ?? null,
      all: () => manifests(),
    },
    clock,
  },
  watch: {
    onInput: (input) => {
      performed = 0;
      isTick = input.type === 'Tick';
      if (!isTick) writeLine({ type: 'input', handledAt: rightClock.now(), input });
    },
    beforeEffect: (effect) => {
      crashIfOrdered();
      if (isTick && performed === 0) writeLine({ type: 'input', handledAt: rightClock.now(), input: { type: 'Tick' } });
      writeLine({ type: 'effect', effect });
    },
    afterEffect: () => {
      performed += 1;
      writeLine({ type: 'done' });
    },
    onTurnPerformed: (_, agent) => {
      const { rollouts, workers, phase } = agent;
      const undelivered = rollouts.reduce((sum, each) => sum + each.undelivered.length, 0);
      if (performed > 0)
        writeLine({ type: 'turn', undelivered, workers: workers.length, isWorking: phase === 'working' });
      if (performed > 0) crashIfOrdered();
    },
  },
});

runClock.keepUp();
process.on('SIGTERM', () => void handle.close());
const end = await handle.ended;
if (end.type === 'failed') throw end.error;
process.disconnect();
