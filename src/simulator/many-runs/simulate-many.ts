import { assertScenario } from '../check-scenario.ts';
import type { Outcome } from '../run.ts';
import type { Scenario } from '../scenario.ts';
import type { Cores } from '../cores.ts';
import { runBatch, type Batch } from './run-batch.ts';
import { RunTally, type TallyData } from './tally.ts';

/** How many runs of a scenario are made, and what they should come to. */
export interface ManyRunsOptions {
  /** How many; the seeds follow each other, beginning with the scenario's. */
  readonly runs: number;
  /** What every run should come to; `null`: anything but a broken invariant. */
  readonly expected?: Outcome | null;
  /** Threads at work; 1 for none but this one. As many as there are cores, unless given. */
  readonly workers?: number;
  /** `false`: no invariant is watched, which is faster. */
  readonly judged?: boolean;
  /** Broken rules to run with, for tests. They cannot be sent to a thread, so everything runs in this one. */
  readonly cores?: Cores;
  readonly onProgress?: (progress: ManyRunsProgress) => void;
  /** Ends it early: batches that have begun are finished, so that the runs counted are those of the first seeds. */
  readonly signal?: AbortSignal;
}

/** How far many runs are. */
export interface ManyRunsProgress {
  readonly done: number;
  readonly runs: number;
  readonly failing: number;
}

/** The largest number of runs in one call. */
export const MAX_RUNS = 100_000_000;
const BATCHES_PER_WORKER = 16;
const LARGEST_BATCH = 64;

/** What a thread runs, in the package. */
const WORKER = 'dist/simulator/many-runs/worker.js';

/**
 * Runs a scenario over many seeds, on all cores, and counts what they come to. The result does not depend on the number
 * of threads, nor on which was faster, and needs no more memory for more runs.
 *
 * @throws RangeError if the scenario cannot be run, or the number of runs is not a whole number from 1.
 */
export async function simulateMany(scenario: Scenario, options: ManyRunsOptions): Promise<RunTally> {
  const { runs, expected = null, judged = true, cores, onProgress, signal } = options;
  assertScenario(scenario);
  if (!Number.isSafeInteger(runs) || runs < 1 || runs > MAX_RUNS || !Number.isSafeInteger(scenario.seed + runs)) {
    throw new RangeError(`runs: expected a whole number from 1 to ${MAX_RUNS}, got ${runs}.`);
  }
  const workers = cores === undefined && isBuilt() ? (options.workers ?? (await coreCount())) : 1;
  const size = Math.max(1, Math.min(LARGEST_BATCH, Math.ceil(runs / (workers * BATCHES_PER_WORKER))));
  const count = Math.ceil(runs / size);
  const batch = (at: number): Batch => ({
    scenario,
    expected,
    judged,
    firstSeed: scenario.seed + at * size,
    runs: Math.min(size, runs - at * size),
  });
  const tally = new RunTally();
  const take = (data: TallyData): void => {
    tally.merge(data);
    onProgress?.({ done: tally.runs, runs, failing: tally.failing });
  };
  if (workers <= 1 || count === 1) {
    for (let at = 0; at < count; at += 1) {
      if (isStopped(signal)) break;
      take(runBatch(batch(at), cores ?? {}));
      await nextTurn();
    }
  } else {
    await onThreads(Math.min(workers, count), count, batch, take, signal);
  }
  return tally;
}

async function onThreads(
  threads: number,
  count: number,
  batch: (at: number) => Batch,
  take: (data: TallyData) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  // Loaded only when needed: a page has none of these, and a single run needs no threads.
  const [{ Worker }, { default: EventEmitter }, { createRequire }] = await Promise.all([
    import('node:worker_threads'),
    import('node:events'),
    import('node:module'),
  ]);
  // The built modules are bundled, so the place of this one says nothing about the place of the worker.
  const manifest = createRequire(import.meta.url).resolve('nixfleet-statechart/package.json');
  const workers = Array.from({ length: threads }, () => new Worker(manifest.replace(/package\.json$/, WORKER)));
  let next = 0;
  // Each thread gets a batch when its last is done, so that there is never more than one a thread in memory.
  const keepBusy = async (worker: InstanceType<typeof Worker>): Promise<void> => {
    while (next < count && !isStopped(signal)) {
      worker.postMessage(batch(next));
      next += 1;
      const [data] = await EventEmitter.once(worker, 'message'); // Rejects when the thread fails.
      take(data as TallyData); // What worker.ts posts.
    }
  };
  try {
    await Promise.all(workers.map(keepBusy));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

async function coreCount(): Promise<number> {
  const { availableParallelism } = await import('node:os');
  return availableParallelism();
}

/** Threads need a file of JavaScript; from the sources, as in tests, everything runs in this one. */
function isBuilt(): boolean {
  return import.meta.url.endsWith('.js');
}

function isStopped(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

/** Lets a signal, or a progress line, come through between two batches. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
