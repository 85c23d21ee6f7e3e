import { closeSync, constants, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { steadyNow, type SteadyMs } from './journal.ts';
import { errorCode } from '../../text/index.ts';

/** How long the clock waits for a worker, in real time. The worker may have been killed. */
const MAX_HOLD_MS = 120_000;

/** The log of the fake switch: each line is a list of its fields (see `FAKE_SWITCH`). */
export function readSwitchLog(folder: string): readonly (readonly string[])[] {
  const path = join(folder, 'switch.log');
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => line.split('\t'));
}

/** Passes the time of the rehearsal to the fake switch of a host, a shell script that cannot read the clock. */
export class SwitchWatch {
  readonly #folder: string;
  #size = 0;
  #linesRead = 0;
  #passing: readonly { readonly dueRunMs: number; readonly path: string }[] = [];
  #awaitedSince: SteadyMs | null = null;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Whether a worker is busy rather than waiting, or its agent is about to find that it has ended. */
  get holdsClock(): boolean {
    return this.#awaitedSince !== null && steadyNow() - this.#awaitedSince < MAX_HOLD_MS;
  }

  /** The agent is about to start a worker. */
  noteRequest(): void {
    this.#awaitedSince = steadyNow();
  }

  /** The agent has the outcome, or has ended. */
  noteOutcome(): void {
    this.#awaitedSince = null;
  }

  /** Its workers were killed. */
  forget(): void {
    this.#passing = [];
    this.#awaitedSince = null;
  }

  /** Reads new lines in the log of the switch, and lets it continue once its time has passed. */
  look(runMs: number): void {
    const size = statSync(join(this.#folder, 'switch.log'), { throwIfNoEntry: false })?.size ?? 0;
    if (size !== this.#size) this.#read(runMs);
    this.#size = size;
    const due = this.#passing.filter(({ dueRunMs }) => dueRunMs <= runMs);
    if (due.length === 0) return;
    this.#awaitedSince ??= steadyNow();
    const gone = due.filter(({ path }) => hasGoneOn(path));
    this.#passing = this.#passing.filter((each) => !gone.includes(each));
  }

  #read(runMs: number): void {
    const lines = readSwitchLog(this.#folder);
    for (const [, what, , , argument = ''] of lines.slice(this.#linesRead)) {
      if (what !== 'wait') continue;
      this.#awaitedSince = null;
      const [secs = '', pid = ''] = argument.split(' ');
      const path = join(this.#folder, `.wait.${pid}`);
      this.#passing = [...this.#passing, { dueRunMs: runMs + Number(secs) * 1000, path }];
    }
    this.#linesRead = lines.length;
  }
}

/** Whether the script that waits at this pipe was released, or has ended. */
function hasGoneOn(path: string): boolean {
  try {
    closeSync(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK));
    return true;
  } catch (error) {
    const code = errorCode(error);
    // ENXIO: it is not reading yet.
    if (code !== 'ENXIO' && code !== 'ENOENT') throw error;
    return code === 'ENOENT';
  }
}
