// The shipped ports of an agent, and wrong ones, for the conformance kits.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { CommandActivation, FileOutbox } from 'nixfleet-statechart/runtime/agent';

/** What a module for the kits exports. @param {string | null} wrong the name of a defect */
export function portsOf(wrong) {
  return {
    makeOutbox: (folder) => makeOutbox(folder, wrong),
    makeActivation: (folder, behaviour) => makeActivation(folder, behaviour, wrong),
  };
}

function makeOutbox(folder, wrong) {
  const outbox = new FileOutbox(folder);
  switch (wrong) {
    case 'writes-at-close':
      return atClose(folder);
    case 'forgets-headers':
      return changed(outbox, { open: () => ({ ...outbox.open(), headers: [] }) });
    case 'keeps-what-was-removed':
      return changed(outbox, { remove: () => {} });
    case 'forgets-what-is-not-durable':
      return changed(outbox, { append: (entry) => (entry.durable ? outbox.append(entry) : undefined) });
    case 'keeps-entries-of-a-forgotten-rollout':
      return changed(outbox, { removeHeader: () => {} });
    case 'has-no-lock':
      return changed(outbox, {
        open: () => {
          rmSync(join(folder, 'lock'), { force: true });
          return outbox.open();
        },
      });
    default:
      return outbox;
  }
}

/** A copy of a port with some of its functions replaced. */
function changed(port, functions) {
  const names = ['open', 'append', 'remove', 'writeHeader', 'removeHeader', 'recover', 'start', 'acknowledge', 'close'];
  const own = names.filter((name) => name in port).map((name) => [name, (...args) => port[name](...args)]);
  return { ...Object.fromEntries(own), ...functions };
}

/** Keeps everything in memory. */
function atClose(folder) {
  const outbox = new FileOutbox(folder);
  const calls = [];
  const later = (name) => (value, seq) => void calls.push(() => outbox[name](value, seq));
  return {
    open: () => outbox.open(),
    append: later('append'),
    remove: later('remove'),
    writeHeader: later('writeHeader'),
    removeHeader: later('removeHeader'),
    close: () => {
      for (const call of calls) call();
      outbox.close();
    },
  };
}

const SCRIPTS = {
  done: 'exit 0',
  failed: 'echo boom >&2; exit 7',
  deferred: 'printf kernel > "$NIXFLEET_DEFERRED_FILE"',
  held: 'while [ -d "$1" ] && [ ! -e "$1/release" ]; do sleep 0.02; done',
};

function makeActivation(folder, behaviour, wrong) {
  const command = ['sh', '-c', `echo run >> "$1/runs"; ${SCRIPTS[behaviour]}`, 'sh', folder];
  const jobs = join(folder, 'jobs');
  const activation = new CommandActivation({
    folder: jobs,
    activate: command,
    rollback: command,
    timeoutMs: 60_000,
    bootId: () => 'boot',
  });
  switch (wrong) {
    case 'forgets-outcomes':
      return changed(activation, { recover: async () => (await activation.recover()).slice(1) });
    case 'has-no-lock':
      return changed(activation, {
        start: (job) => {
          mkdirSync(jobs, { recursive: true });
          return new CommandActivation({
            folder: join(folder, `jobs-${job.kind}`),
            activate: command,
            rollback: command,
            timeoutMs: 60_000,
            bootId: () => 'boot',
          })
            .recover()
            .then(() => activationIn(join(folder, `jobs-${job.kind}`), command).start(job));
        },
      });
    case 'loses-exit-codes':
      return changed(activation, { start: async (job) => withOutcome(await activation.start(job), { exitCode: 1 }) });
    case 'calls-everything-done':
      return changed(activation, {
        start: async (job) => withOutcome(await activation.start(job), { type: 'done', exitCode: 0 }),
      });
    case 'never-forgets':
      return changed(activation, { acknowledge: () => {} });
    case 'dies-with-its-agent':
      return attached(folder, command);
    default:
      return activation;
  }
}

function activationIn(folder, command) {
  const options = { folder, activate: command, rollback: command, timeoutMs: 60_000, bootId: () => 'boot' };
  return new CommandActivation(options);
}

function withOutcome({ job, ended }, change) {
  return { job, ended: ended.then((outcome) => ({ ...outcome, ...change })) };
}

/** A job that nobody can find once its agent is gone. */
function attached(folder, command) {
  const running = join(folder, 'running');
  return {
    recover: () => [],
    start: (job) => {
      if (existsSync(running)) {
        return {
          job,
          ended: Promise.resolve({ type: 'failed', exitCode: 11, stderrTail: readFileSync(running, 'utf8') }),
        };
      }
      writeFileSync(running, 'runs');
      const [program, ...args] = command;
      const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'ignore'] });
      const ended = new Promise((resolve) => {
        child.on('exit', (exitCode) => {
          rmSync(running, { force: true });
          resolve({ type: 'done', exitCode });
        });
      });
      return { job, ended };
    },
    acknowledge: () => {},
    close: () => {},
  };
}
