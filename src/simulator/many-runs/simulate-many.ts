import { assertScenario } from '../check-scenario.ts';
import type { Outcome } from '../run.ts';
import type { Scenario } from '../scenario.ts';
import type { Cores } from '../cores.ts';
import { runBatch, type Batch } from './run-batch.ts';
import { Tally, type TallyData } from './tally.ts';

export interface ManyRunsOptions {
  /** How many; the seeds follow each other, beginning with the scenario's. */
  readonly runs: number;
  /** What every run should come to; `null`: anything but a broken invariant. */
  readonly expected?: Outcome | null;
  /** Threads at work; 1 for none but this one. As many as there are cores, unless given. */
  readonly workers?: number;
  /** Broken rules to run with, for tests. They cannot be sent to a thread, so everything runs in this one. */
  readonly cores?: Cores;
  readonly onProgress?: (progress: ManyRunsProgress) => void;
}

export interface ManyRunsProgress {
  readonly done: number;
  readonly runs: number;
  readonly failing: number;
}

export const MAX_RUNS = 100_000_000;
const BATCHES_PER_WORKER = 16;
const LARGEST_BATCH = 64;

/**
 * Runs a scenario over many seeds, on all cores, and counts what they come to. The result does not depend on the number
 * of threads, nor on which was faster, and needs no more memory for more runs.
 *
 * @throws RangeError if the scenario cannot be run, or the number of runs is not a whole number from 1.
 */
export async function simulateMany(scenario: Scenario, options: ManyRunsOptions): Promise<Tally> {
  const { runs, expected = null, cores, onProgress } = options;
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
    firstSeed: scenario.seed + at * size,
    runs: Math.min(size, runs - at * size),
  });
  const tally = new Tally();
  const take = (data: TallyData): void => {
    tally.merge(data);
    onProgress?.({ done: tally.runs, runs, failing: tally.failing });
  };
  if (workers <= 1 || count === 1) {
    for (let at = 0; at < count; at += 1) {
      take(runBatch(batch(at), cores ?? {}));
      await nextTurn();
    }
  } else {
    await onThreads(Math.min(workers, count), count, batch, take);
  }
  return tally;
}

async function onThreads(
  threads: number,
  count: number,
  batch: (at: number) => Batch,
  take: (data: TallyData) => void,
): Promise<void> {
  // Loaded only when it is needed: one run needs neither it nor Node, and loading takes longer than many runs do.
  const { Tinypool } = await import('tinypool');
  const pool = new Tinypool({
    filename: new URL('./worker.js', import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
    isolateWorkers: false,
  });
  let next = 0;
  // Each lane asks for a batch when its last is done, so that no more than one a thread is ever in memory.
  const lane = async (): Promise<void> => {
    while (next < count) {
      const at = next;
      next += 1;
      take((await pool.run(batch(at))) as TallyData); // What `work` in worker.ts returns.
    }
  };
  try {
    await Promise.all(Array.from({ length: threads }, lane));
  } finally {
    await pool.destroy();
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

/** Lets a signal, or a progress line, come through between two batches. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
