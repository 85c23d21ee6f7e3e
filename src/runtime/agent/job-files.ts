import { readdirSync, readFileSync, renameSync, rmSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode, isObject } from '../../text/index.ts';
import { writeDurably } from '../shared/durable-files.ts';
import { readIdentity, type ProcessIdentity } from '../shared/process-identity.ts';
import type { Job, JobOutcome } from './ports.ts';

/** What a worker is asked to do. */
export interface JobRequest {
  readonly job: Job;
  readonly command: readonly string[];
  /** Of real time. */
  readonly timeoutMs: number;
  /** The boot during which it was requested. */
  readonly bootId: string;
}

/** The processes of a job: the worker, and the command once it runs. */
export interface JobWorkers {
  readonly worker: ProcessIdentity;
  readonly command: ProcessIdentity | null;
}

/**
 * The files of each job. A request waits as `ID.pending.json`. Only one process can rename or remove that file: the
 * worker that claims the job, or a later agent that revokes it because no worker seems to have begun. So a job that an
 * agent has given up never runs.
 */
export class JobFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The jobs that have files, with their status. */
  ids(): readonly string[] {
    const ids = readdirSync(this.#folder).flatMap((name) => /^([0-9a-f-]+)\.[a-z]+(?:\.json)?$/.exec(name)?.[1] ?? []);
    return [...new Set(ids)];
  }

  request(id: string, request: JobRequest): void {
    writeDurably(this.#path(id, 'pending.json'), JSON.stringify(request));
  }

  /** Claims a request; `false` if it was revoked. */
  claim(id: string): boolean {
    return succeeds(() => renameSync(this.#path(id, 'pending.json'), this.#path(id, 'running.json')));
  }

  /** Withdraws a request; `false` if a worker has claimed it, or there is none. */
  revoke(id: string): boolean {
    return succeeds(() => unlinkSync(this.#path(id, 'pending.json')));
  }

  /** The request that a worker has claimed; `null` if there is none. */
  running(id: string): JobRequest | null {
    const json = this.#read(id, 'running.json');
    if (!isObject(json) || !isObject(json['job']) || !Array.isArray(json['command'])) return null;
    const { kind, rolloutId, closure } = json['job'];
    const { timeoutMs, bootId, command } = json;
    if ((kind !== 'switch' && kind !== 'rollback') || typeof rolloutId !== 'string' || typeof closure !== 'string')
      return null;
    if (typeof timeoutMs !== 'number' || typeof bootId !== 'string') return null;
    return { job: { kind, rolloutId, closure }, command: command.map(String), timeoutMs, bootId };
  }

  writeWorkers(id: string, workers: JobWorkers): void {
    writeDurably(this.#path(id, 'worker.json'), JSON.stringify(workers));
  }

  workers(id: string): JobWorkers | null {
    const json = this.#read(id, 'worker.json');
    if (!isObject(json)) return null;
    const worker = readIdentity(json['worker']);
    return worker === null ? null : { worker, command: readIdentity(json['command']) };
  }

  writeOutcome(id: string, outcome: JobOutcome): void {
    writeDurably(this.#path(id, 'outcome.json'), JSON.stringify(outcome));
  }

  outcome(id: string): JobOutcome | null {
    const json = this.#read(id, 'outcome.json');
    if (!isObject(json)) return null;
    const { type, exitCode, component, stderrTail } = json;
    const code = typeof exitCode === 'number' ? exitCode : null;
    if (type === 'done') return { type, exitCode: code };
    if (type === 'deferred' && typeof component === 'string') return { type, component };
    if (type === 'failed')
      return { type, exitCode: code, stderrTail: typeof stderrTail === 'string' ? stderrTail : '' };
    return null;
  }

  /** Where the command may name the component that defers a switch to the next boot. */
  deferredPath(id: string): string {
    return this.#path(id, 'deferred');
  }

  /** Removes the outcome last, so that a crash in between does not lose it. */
  remove(id: string): void {
    const names = readdirSync(this.#folder).filter((name) => name.startsWith(`${id}.`));
    for (const name of names.sort((a, b) => Number(isOutcome(a)) - Number(isOutcome(b))))
      rmSync(join(this.#folder, name), { force: true });
  }

  #path(id: string, part: string): string {
    return join(this.#folder, `${id}.${part}`);
  }

  #read(id: string, part: string): unknown {
    try {
      return JSON.parse(readFileSync(this.#path(id, part), 'utf8'));
    } catch (error) {
      if (error instanceof SyntaxError || errorCode(error) === 'ENOENT') return null;
      throw error;
    }
  }
}

const isOutcome = (name: string): boolean => name.endsWith('.outcome.json');

function succeeds(change: () => void): boolean {
  try {
    change();
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}
