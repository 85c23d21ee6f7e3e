import { assertScenario } from '../check-scenario.ts';
import type { Outcome } from '../run.ts';
import type { Scenario } from '../scenario.ts';
import type { Cores } from '../cores.ts';
import { coreCount, RunThreads } from './run-threads.ts';
import { RunTally } from './tally.ts';

/** How many runs to make, and their expected outcome. */
export interface ManyRunsOptions {
  /** How many runs. Seeds are consecutive, starting with the scenario's. */
  readonly runs: number;
  /** The expected outcome of every run; `null` for anything but a broken invariant. */
  readonly expected?: Outcome | null;
  /** The number of threads, by default one per core; 1 uses only this one. */
  readonly workers?: number;
  /** Open threads to use in place of new ones. */
  readonly threads?: RunThreads;
  /** `false` checks no invariants and counts no rules, which is faster. */
  readonly judged?: boolean;
  /** Planted bugs, for tests. They cannot be sent to a thread, so everything runs in this one. */
  readonly cores?: Cores;
  readonly onProgress?: (progress: ManyRunsProgress) => void;
  /** Ends early. Batches in progress are finished, so the counted runs are those of the first seeds. */
  readonly signal?: AbortSignal;
}

/** The progress of many runs. */
export interface ManyRunsProgress {
  readonly done: number;
  readonly runs: number;
  readonly failing: number;
}

/** The largest number of runs in one call. */
export const MAX_RUNS = 100_000_000;
const BATCHES_PER_WORKER = 16;
const LARGEST_BATCH = 64;

/**
 * Runs a scenario with many seeds on all cores, and counts the results. The result does not depend on the threads, and
 * memory does not grow with the number of runs.
 *
 * @throws RangeError if the scenario cannot be run, or the number of runs is not a whole number from 1.
 */
export async function simulateMany(scenario: Scenario, options: ManyRunsOptions): Promise<RunTally> {
  const { runs, expected = null, judged = true, cores, onProgress, signal } = options;
  assertScenario(scenario);
  if (!Number.isSafeInteger(runs) || runs < 1 || runs > MAX_RUNS || !Number.isSafeInteger(scenario.seed + runs)) {
    throw new RangeError(`runs: expected a whole number from 1 to ${MAX_RUNS}, got ${runs}.`);
  }
  const workers = options.threads?.count ?? (cores === undefined ? (options.workers ?? (await coreCount())) : 1);
  const size = Math.max(1, Math.min(LARGEST_BATCH, Math.ceil(runs / (workers * BATCHES_PER_WORKER))));
  const count = Math.ceil(runs / size);
  const tally = new RunTally();
  const threads = options.threads ?? (await RunThreads.open(Math.min(workers, count)));
  let next = 0;
  // Each thread gets a batch when its last one is done, so memory holds at most one per thread.
  const keepBusy = async (): Promise<void> => {
    while (next < count && !isStopped(signal)) {
      const at = next;
      next += 1;
      const firstSeed = scenario.seed + at * size;
      const batch = { scenario, expected, judged, firstSeed, runs: Math.min(size, runs - at * size) };
      tally.merge(await threads.run(batch, cores));
      onProgress?.({ done: tally.runs, runs, failing: tally.failing });
    }
  };
  try {
    await Promise.all(Array.from({ length: threads.count }, keepBusy));
  } finally {
    if (options.threads === undefined) await threads.close();
  }
  return tally;
}

function isStopped(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}
