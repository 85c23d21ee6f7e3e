import { spawn, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { CrashOrder } from './child-setup.ts';
import type { RunClockDriver } from './run-clock.ts';
import { steadyNow, type AgentLine, type ControlPlaneLine, type Stamped, type SteadyMs } from './journal.ts';

const MAX_STDERR = 4000;

/** A process of a rehearsal, from its start to its end. */
export class Child<Line extends AgentLine | ControlPlaneLine> {
  /** Resolves when it has ended and all its output has been read. */
  readonly ended: Promise<void>;
  readonly #process: ChildProcess;
  #stderr = '';
  #isStopping = false;

  /**
   * @param program the built module in `dist`
   * @param onLine called with each line that the child writes, in order
   * @param onDefect called if the process ends unexpectedly
   */
  constructor(
    program: string,
    setupPath: string,
    setup: object,
    onLine: (line: Stamped<Line>) => void,
    onDefect: (message: string) => void,
  ) {
    writeFileSync(setupPath, JSON.stringify(setup));
    const child = spawn(process.execPath, [builtModule(program), setupPath], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#process = child;
    // Safe: `pipe` above makes the fourth one a stream.
    const journal = child.stdio[3] as Readable;
    readLines(journal, (text) => {
      // Safe: the child is a program of this package, and the only writer.
      onLine(JSON.parse(text) as Stamped<Line>);
    });
    child.stderr?.on('data', (bytes: Buffer) => {
      this.#stderr = `${this.#stderr}${bytes.toString()}`.slice(-MAX_STDERR);
    });
    this.ended = new Promise((resolve) => {
      child.on('close', (code, signal) => {
        // It kills itself when ordered to crash.
        if (!this.#isStopping && signal !== 'SIGKILL')
          onDefect(`${program} ended with ${code ?? signal}: ${this.#stderr}`);
        resolve();
      });
    });
  }

  /** Kills it immediately. */
  kill(): Promise<void> {
    this.#isStopping = true;
    this.#process.kill('SIGKILL');
    return this.ended;
  }

  order(order: CrashOrder): void {
    // It may already be dead.
    if (this.#process.connected) this.#process.send(order, () => {});
  }
}

/** One life of a process, from start to end, with its journal. */
export interface Life<Line> {
  readonly lines: Stamped<Line>[];
  endedAt: SteadyMs | null;
}

/** A process that is started again after it has ended. */
export abstract class Restarted<Line extends AgentLine | ControlPlaneLine, OfLife extends Life<Line>> {
  readonly lives: OfLife[] = [];
  readonly #clock: RunClockDriver;
  readonly #slot: number;
  #child: Child<Line> | null = null;

  /** @param slot its slot in the clock file */
  constructor(clock: RunClockDriver, slot: number) {
    this.#clock = clock;
    this.#slot = slot;
  }

  get isRunning(): boolean {
    return this.#child !== null;
  }

  /** Resolves when the process has ended, for whatever reason. */
  async ended(): Promise<void> {
    await this.#child?.ended;
  }

  async kill(): Promise<void> {
    await this.#child?.kill();
  }

  crashAfter(afterEffects: number): void {
    this.#child?.order({ afterEffects });
  }

  protected begin(
    life: OfLife,
    ...[program, setupPath, setup, onLine, onDefect]: ConstructorParameters<typeof Child<Line>>
  ): Child<Line> {
    this.lives.push(life);
    this.#clock.expect(this.#slot);
    const child = new Child<Line>(
      program,
      setupPath,
      setup,
      (line) => {
        life.lines.push(line);
        onLine(line);
      },
      onDefect,
    );
    this.#child = child;
    void this.#noteEnd(child, life);
    return child;
  }

  async #noteEnd(child: Child<Line>, life: OfLife): Promise<void> {
    await child.ended;
    life.endedAt = steadyNow();
    this.#clock.dismiss(this.#slot);
    this.#child = null;
  }
}

/** Built modules are bundled, so another module's path cannot be derived from this one's. */
function builtModule(name: string): string {
  const manifest = createRequire(import.meta.url).resolve('nixfleet-statechart/package.json');
  return fileURLToPath(new URL(`dist/runtime/rehearse/${name}.js`, `file://${manifest}`));
}

function readLines(stream: Readable, onLine: (text: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
}
