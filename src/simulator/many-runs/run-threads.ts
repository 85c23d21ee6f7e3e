import type { EventEmitter } from 'node:events';
import type { Worker } from 'node:worker_threads';
import type { Cores } from '../cores.ts';
import { runBatch, type Batch } from './run-batch.ts';
import type { TallyData } from './tally.ts';

/** The worker's file in the package. */
const WORKER = 'dist/simulator/many-runs/worker.js';

/**
 * Threads that run batches for any number of calls of `simulateMany`: threads need time to warm up. Close them, or the
 * process does not end.
 */
export class RunThreads {
  readonly #workers: readonly Worker[];
  readonly #idle: Worker[];
  readonly #waiting: ((worker: Worker) => void)[] = [];
  readonly #once: typeof EventEmitter.once | null;

  private constructor(workers: readonly Worker[], once: typeof EventEmitter.once | null) {
    this.#workers = workers;
    this.#idle = [...workers];
    this.#once = once;
  }

  /**
   * @param count one per core by default. When running from the sources, as tests do, there are none, and this thread
   *   does the work
   */
  static async open(count?: number): Promise<RunThreads> {
    const threads = count ?? (await coreCount());
    if (threads <= 1 || !isBuilt()) return new RunThreads([], null);
    // Loaded only when needed: a page has no such modules, and a single run needs no threads.
    const [{ Worker }, { default: EventEmitter }, { createRequire }] = await Promise.all([
      import('node:worker_threads'),
      import('node:events'),
      import('node:module'),
    ]);
    // Built modules are bundled, so the worker's location cannot be derived from this module's.
    const manifest = createRequire(import.meta.url).resolve('nixfleet-statechart/package.json');
    const path = manifest.replace(/package\.json$/, WORKER);
    return new RunThreads(
      Array.from({ length: threads }, () => new Worker(path)),
      EventEmitter.once.bind(EventEmitter),
    );
  }

  /** How many batches can run at the same time. */
  get count(): number {
    return Math.max(1, this.#workers.length);
  }

  /** @param cores planted bugs, which cannot be sent to a thread */
  async run(batch: Batch, cores?: Cores): Promise<TallyData> {
    if (this.#once === null) {
      await nextTurn();
      return runBatch(batch, cores);
    }
    if (cores !== undefined) throw new RangeError('cores: expected none, because they cannot be sent to a thread.');
    const worker = this.#idle.pop() ?? (await new Promise<Worker>((resolve) => this.#waiting.push(resolve)));
    worker.postMessage(batch);
    const [data] = await this.#once(worker, 'message'); // Rejects when the thread fails.
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(worker);
    else next(worker);
    return data as TallyData; // What worker.ts posts.
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

/** How many threads can work at the same time. */
export async function coreCount(): Promise<number> {
  const { availableParallelism } = await import('node:os');
  return availableParallelism();
}

/** Threads need a JavaScript file. */
function isBuilt(): boolean {
  return import.meta.url.endsWith('.js');
}

/** Lets a signal, or a progress line, come through between two batches. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
