import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { AgentEffect, AgentInput } from '../../agent/index.ts';
import { JobFiles } from '../agent/job-files.ts';
import { decodeRecord, isDurable } from '../agent/outbox-record.ts';
import { killGroup } from '../agent/run-command.ts';
import { isAlive } from '../shared/process-identity.ts';
import { Restarted, type Life } from './child.ts';
import { NO_TROUBLE, type AgentSetup, type HostTrouble } from './child-setup.ts';
import type { RehearsedLink } from './host-link.ts';
import { steadyNow, type AgentLine, type Stamped, type SteadyMs } from './journal.ts';
import type { RunClockDriver } from './run-clock.ts';
import { readSwitchLog, SwitchWatch } from './switch-watch.ts';

/** What the agent reported after its last turn. */
interface Rest {
  readonly undelivered: number;
  readonly workers: number;
  readonly isWorking: boolean;
}

export interface AgentLife extends Life<AgentLine> {
  readonly rebooted: boolean;
}

/** What a host's machine did, apart from its agent. */
export type MachineLine = { readonly at: SteadyMs } & (
  | { readonly type: 'stopped' }
  | { readonly type: 'runs'; readonly closure: string; readonly by: 'boot' | 'hand' }
  | { readonly type: 'disk-lost' }
);

const STARTS_WORK: ReadonlySet<AgentEffect['type']> = new Set(['LocalFireSwitch', 'LocalFireRollbackTo']);
const ENDS_WORK: ReadonlySet<AgentInput['type']> = new Set([
  'ActivationCompleted',
  'ActivationDeferred',
  'ActivationFailed',
  'RollbackCompleted',
  'RollbackFailed',
]);

/** One host of a rehearsal: a folder for its machine, a link to the control plane, and the process of its agent. */
export class RehearsedHost extends Restarted<AgentLine, AgentLife> {
  readonly hostname: string;
  readonly folder: string;
  readonly link: RehearsedLink;
  readonly machine: MachineLine[] = [];
  rest: Rest = { undelivered: 0, workers: 0, isWorking: false };
  isOn = true;
  readonly #onLine: (host: RehearsedHost, line: Stamped<AgentLine>) => void;
  readonly #onDefect: (message: string) => void;
  readonly #setup: Omit<AgentSetup, 'folder' | 'url'>;
  readonly #switch: SwitchWatch;
  #url = '';
  #boots = 0;
  #fallsBack = 0;
  #trouble: HostTrouble = NO_TROUBLE;

  constructor(
    clock: RunClockDriver,
    folder: string,
    runningClosure: string,
    setup: Omit<AgentSetup, 'folder' | 'url'>,
    link: RehearsedLink,
    onLine: (host: RehearsedHost, line: Stamped<AgentLine>) => void,
    onDefect: (message: string) => void,
  ) {
    super(clock, setup.time.slot);
    this.hostname = setup.hostname;
    this.folder = folder;
    this.#switch = new SwitchWatch(folder);
    this.link = link;
    this.#setup = setup;
    this.#onLine = onLine;
    this.#onDefect = onDefect;
    mkdirSync(folder, { recursive: true });
    this.#point('current', runningClosure);
    this.#point('boot', runningClosure);
    this.#newBoot();
  }

  /** Whether everything that was begun has ended. */
  get isAtRest(): boolean {
    const { undelivered, workers, isWorking } = this.rest;
    return !this.isOn || (this.isRunning && isWorking && undelivered === 0 && workers === 0);
  }

  get runningClosure(): string {
    return readlinkSync(join(this.folder, 'current'));
  }

  async open(): Promise<void> {
    this.#url = await this.link.listen();
  }

  start(rebooted: boolean): void {
    if (this.isRunning) return;
    this.isOn = true;
    this.rest = { undelivered: 0, workers: 0, isWorking: false };
    this.#switch.noteOutcome();
    this.begin(
      { rebooted, lines: [], endedAt: null },
      'agent-child',
      join(this.folder, 'setup.json'),
      { ...this.#setup, folder: this.folder, url: this.#url },
      (line) => {
        if (line.type === 'turn') this.rest = line;
        this.#noteWork(line);
        this.#onLine(this, line);
      },
      this.#onDefect,
    );
  }

  /** Call it at each turn of the clock. Returns whether the clock has to wait for a worker of this host. */
  followSwitch(runMs: number): boolean {
    this.#switch.look(runMs);
    return this.isRunning && this.#switch.holdsClock;
  }

  #noteWork(line: AgentLine): void {
    if (line.type === 'effect' && STARTS_WORK.has(line.effect.type)) this.#switch.noteRequest();
    if (line.type === 'input' && ENDS_WORK.has(line.input.type)) this.#switch.noteOutcome();
  }

  /** Stops the machine and everything that runs on it. */
  async powerOff(): Promise<void> {
    this.isOn = false;
    await this.kill();
    this.killWorkers();
    this.machine.push({ at: steadyNow(), type: 'stopped' });
  }

  /** Returns whether the boot loader fell back to what ran before. */
  powerOn(): boolean {
    const wanted = readlinkSync(join(this.folder, 'boot'));
    const hasFallenBack = wanted !== this.runningClosure && this.#fallsBack > 0;
    if (hasFallenBack) this.#fallsBack -= 1;
    const closure = hasFallenBack ? this.runningClosure : wanted;
    this.#point('current', closure);
    this.#point('boot', closure);
    this.machine.push({ at: steadyNow(), type: 'runs', closure, by: 'boot' });
    this.#newBoot();
    return hasFallenBack;
  }

  /** Makes the next boots into another closure fail. */
  fallBack(times: number | null): void {
    this.#fallsBack = times ?? Infinity;
  }

  switchByHand(closure: string): void {
    this.#point('boot', closure);
    this.machine.push({ at: steadyNow(), type: 'runs', closure, by: 'hand' });
    this.#point('current', closure);
  }

  loseDisk(): void {
    rmSync(join(this.folder, 'state'), { recursive: true, force: true });
    this.machine.push({ at: steadyNow(), type: 'disk-lost' });
  }

  /** How many events the agent wrote after its last durable line. A power failure would lose them. */
  get atRisk(): number {
    return this.#readTail().events;
  }

  /**
   * Loses what the agent wrote after its last durable line, except for half a line. Call it only while the host is
   * down. Returns how many events are lost.
   */
  loseTail(): number {
    const { path, kept, half, events } = this.#readTail();
    if (existsSync(path)) writeFileSync(path, [...kept, half].join('\n'));
    return events;
  }

  #readTail(): {
    readonly path: string;
    readonly kept: readonly string[];
    readonly half: string;
    readonly events: number;
  } {
    const path = join(this.folder, 'state', 'outbox.jsonl');
    const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
    const records = lines.map(decodeRecord);
    const end = records.findLastIndex((record) => record !== null && isDurable(record)) + 1;
    const half = lines[end]?.slice(0, (lines[end]?.length ?? 0) / 2) ?? '';
    const events = records.slice(end).filter((record) => record?.type === 'entry').length;
    return { path, kept: lines.slice(0, end), half, events };
  }

  /**
   * Sets what goes wrong with the next jobs of a kind: see `FAKE_SWITCH`.
   *
   * @param closure only jobs that switch to it; `null` for all
   */
  plan(
    kind: 'switch' | 'rollback',
    times: number | null,
    mode: 'fail' | 'units' | 'defer' | 'hang' | 'lie',
    argument: string,
    closure: string | null,
  ): void {
    appendFileSync(join(this.folder, `next-${kind}`), `${[times ?? '-', mode, argument, closure ?? '-'].join('\t')}\n`);
  }

  trouble(change: (trouble: HostTrouble) => HostTrouble): void {
    this.#trouble = change(this.#trouble);
    const path = join(this.folder, 'trouble.json');
    writeFileSync(`${path}.new`, JSON.stringify(this.#trouble));
    renameSync(`${path}.new`, path);
  }

  switchLog(): readonly (readonly string[])[] {
    return readSwitchLog(this.folder);
  }

  /** Kills workers with everything that they have started. */
  killWorkers(): void {
    this.#switch.forget();
    const folder = join(this.folder, 'jobs');
    if (!existsSync(folder)) return;
    const files = new JobFiles(folder);
    for (const id of files.ids()) {
      const workers = files.workers(id);
      if (workers === null) continue;
      for (const each of [workers.worker, workers.command]) if (each !== null && isAlive(each)) killGroup(each.pid);
    }
    for (const name of readdirSync(folder)) if (name.endsWith('.pending.json')) rmSync(join(folder, name));
  }

  #newBoot(): void {
    this.#boots += 1;
    this.#point('boot-id', `${this.hostname}-boot-${this.#boots}`);
  }

  #point(name: string, target: string): void {
    const beside = join(this.folder, `.${name}.new`);
    symlinkSync(target, beside);
    renameSync(beside, join(this.folder, name));
  }
}
