import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isAlive } from '../shared/process-identity.ts';
import { asError, diskProblem } from '../shared/runtime-problem.ts';
import { JobFiles } from './job-files.ts';
import type { Activation, Job, JobOutcome, StartedJob } from './ports.ts';

/** Options of {@link CommandActivation}. */
export interface CommandActivationOptions {
  /** A folder for job files only. */
  readonly folder: string;
  /** The program and its arguments. `{closure}` in an argument is replaced by the closure to run. */
  readonly activate: readonly string[];
  readonly rollback: readonly string[];
  /** A job that takes longer, in real time, is killed and counts as failed. */
  readonly timeoutMs: number;
  readonly bootId: () => string | Promise<string>;
}

/** Reported for a job that was refused because another one was running. */
export const LOCKED_EXIT_CODE = 11;
const WORKER = 'dist/runtime/agent/activation-worker.js';
const CHECK_EVERY_MS = 100;

/**
 * Runs a command for each job, in its own session, so that it outlives the agent. A worker process waits for the
 * command and writes its outcome to a file, where this agent or the next one finds it.
 */
export class CommandActivation implements Activation {
  readonly #options: CommandActivationOptions;
  readonly #files: JobFiles;
  readonly #ids = new Map<string, string>();
  readonly #checks = new Set<NodeJS.Timeout>();

  constructor(options: CommandActivationOptions) {
    this.#options = options;
    this.#files = new JobFiles(options.folder);
  }

  async recover(): Promise<readonly StartedJob[]> {
    const bootId = await this.#options.bootId();
    const recovered: StartedJob[] = [];
    try {
      mkdirSync(this.#options.folder, { recursive: true, mode: 0o700 });
      for (const id of this.#files.ids()) {
        const job = this.#recoverJob(id, bootId);
        if (job === null) this.#files.remove(id);
        else recovered.push({ job, ended: this.#endOf(id, job, null) });
      }
    } catch (error) {
      throw diskProblem(this.#options.folder, error);
    }
    return recovered;
  }

  async start(job: Job): Promise<StartedJob> {
    const bootId = await this.#options.bootId();
    if (this.#files.ids().some((id) => this.#isWorkedOn(id))) {
      const stderrTail = 'Another switch or rollback is already running.';
      return { job, ended: Promise.resolve({ type: 'failed', exitCode: LOCKED_EXIT_CODE, stderrTail }) };
    }
    const { activate, rollback, timeoutMs, folder } = this.#options;
    const command = (job.kind === 'switch' ? activate : rollback).map((part) =>
      part.replaceAll('{closure}', job.closure),
    );
    const id = randomUUID();
    this.#files.request(id, { job, command, timeoutMs, bootId });
    // The built modules are bundled, so the worker's path cannot be derived from this module's.
    const manifest = createRequire(import.meta.url).resolve('nixfleet-statechart/package.json');
    const worker = spawn(process.execPath, [manifest.replace(/package\.json$/, WORKER), folder, id], {
      detached: true,
      stdio: 'ignore',
    });
    worker.unref();
    return { job, ended: this.#endOf(id, job, worker) };
  }

  acknowledge(job: Job): void {
    const key = keyOf(job);
    const id = this.#ids.get(key);
    this.#ids.delete(key);
    if (id !== undefined) this.#files.remove(id);
  }

  close(): void {
    for (const check of this.#checks) clearInterval(check);
    this.#checks.clear();
  }

  /** `null` if there is nothing to wait for: it never began, or was lost with its worker. */
  #recoverJob(id: string, bootId: string): Job | null {
    this.#files.revoke(id);
    const request = this.#files.running(id);
    if (request === null) return null;
    const outcome = this.#files.outcome(id);
    // An earlier job, finished or deferred to the next boot, says nothing about this one.
    if (outcome !== null && outcome.type !== 'failed' && request.bootId !== bootId) return null;
    return outcome !== null || this.#isWorkedOn(id) ? request.job : null;
  }

  #isWorkedOn(id: string): boolean {
    if (this.#files.outcome(id) !== null) return false;
    const workers = this.#files.workers(id);
    if (workers === null) return false;
    return isAlive(workers.worker) || (workers.command !== null && isAlive(workers.command));
  }

  #endOf(id: string, job: Job, worker: ChildProcess | null): Promise<JobOutcome> {
    this.#ids.set(keyOf(job), id);
    return new Promise((resolve) => {
      const settle = (outcome: JobOutcome): void => {
        clearInterval(check);
        this.#checks.delete(check);
        resolve(outcome);
      };
      const look = (hasEnded: boolean): void => {
        const outcome = this.#outcomeNow(id, hasEnded);
        if (outcome !== null) settle(outcome);
      };
      const check = setInterval(() => look(worker === null), CHECK_EVERY_MS);
      check.unref();
      this.#checks.add(check);
      worker?.on('exit', () => look(true));
      worker?.on('error', (error) => {
        this.#files.revoke(id);
        settle({ type: 'failed', exitCode: null, stderrTail: `The worker cannot be started: ${error.message}` });
      });
      look(false);
    });
  }

  /** @param mayHaveVanished whether a missing worker has ended, rather than not begun yet */
  #outcomeNow(id: string, mayHaveVanished: boolean): JobOutcome | null {
    try {
      const outcome = this.#files.outcome(id);
      if (outcome !== null || !mayHaveVanished || this.#isWorkedOn(id)) return outcome;
      // It may have written its outcome just before it ended.
      const last = this.#files.outcome(id);
      return last ?? { type: 'failed', exitCode: null, stderrTail: 'The worker was killed, and its outcome is lost.' };
    } catch (error) {
      const stderrTail = `The outcome cannot be read: ${asError(error).message}`;
      return { type: 'failed', exitCode: null, stderrTail };
    }
  }
}

/** At most one job of each kind runs for a rollout. */
function keyOf({ kind, rolloutId }: Job): string {
  return JSON.stringify([kind, rolloutId]);
}
