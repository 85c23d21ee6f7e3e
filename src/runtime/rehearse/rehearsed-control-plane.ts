import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Restarted, type Child, type Life } from './child.ts';
import type { ControlPlaneSetup } from './child-setup.ts';
import type { ControlPlaneLine, Stamped } from './journal.ts';
import type { RunClockDriver } from './run-clock.ts';

export interface RehearsedLife extends Life<ControlPlaneLine> {
  /** Whether its database was lost after it ended. */
  lostDatabase: boolean;
}

/** The control plane of a rehearsal, with its process and its database. */
export class RehearsedControlPlane extends Restarted<ControlPlaneLine, RehearsedLife> {
  readonly #setup: Omit<ControlPlaneSetup, 'isFirst'>;
  readonly #onLine: (line: Stamped<ControlPlaneLine>) => void;
  readonly #onDefect: (message: string) => void;
  #url: URL | null = null;

  constructor(
    clock: RunClockDriver,
    setup: Omit<ControlPlaneSetup, 'isFirst'>,
    onLine: (line: Stamped<ControlPlaneLine>) => void,
    onDefect: (message: string) => void,
  ) {
    super(clock, setup.time.slot);
    this.#setup = setup;
    this.#onLine = onLine;
    this.#onDefect = onDefect;
  }

  /** Its address; `null` while it is not listening. */
  get url(): URL | null {
    return this.#url;
  }

  get isUp(): boolean {
    return this.#url !== null;
  }

  /** Resolves when it is listening or has ended. */
  async start(): Promise<void> {
    if (this.isRunning) return;
    const isFirst = this.lives.length === 0;
    let listens: () => void = () => {};
    const listening = new Promise<void>((resolve) => {
      listens = resolve;
    });
    const child = this.begin(
      { lines: [], endedAt: null, lostDatabase: false },
      'control-plane-child',
      join(this.#setup.folder, 'control-plane.json'),
      { ...this.#setup, isFirst },
      (line) => {
        if (line.type === 'listening') {
          this.#url = new URL(line.address);
          listens();
        }
        this.#onLine(line);
      },
      this.#onDefect,
    );
    const ended = this.#noteEnd(child);
    await Promise.race([listening, ended]);
  }

  async #noteEnd(child: Child<ControlPlaneLine>): Promise<void> {
    await child.ended;
    this.#url = null;
  }

  /** Call it only while the process is down. */
  loseDatabase(): void {
    const { folder } = this.#setup;
    for (const name of readdirSync(folder))
      if (name.startsWith('control-plane.db')) rmSync(join(folder, name), { recursive: true, force: true });
    const life = this.lives.at(-1);
    if (life !== undefined) life.lostDatabase = true;
  }
}
