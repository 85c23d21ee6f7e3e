import { simulate, type Scenario, type Tally } from '../simulator/index.ts';
import { RunThreads, simulateMany, type ManyRunsProgress } from '../simulator/node.ts';
import { criticalPath, type CriticalPath } from './critical-path.ts';
import { pairedCandidates, singleCandidates } from './deadline-search.ts';
import { forecastOf, type ComparedChange, type Comparison, type Forecast } from './forecast.ts';
import type { Plan } from './plan.ts';
import { planScenario, type PlanInput } from './plan-scenario.ts';
import { applyWhatIf, writeWhatIf, type Keepable, type WhatIf } from './what-if.ts';

/** How many runs a forecast uses, and how to run them. */
export interface ForecastOptions {
  readonly runs: number;
  /** Threads; one per core by default. */
  readonly workers?: number;
  /** Open threads to use instead of new ones. */
  readonly threads?: RunThreads;
  readonly onProgress?: (progress: ManyRunsProgress) => void;
  readonly signal?: AbortSignal;
}

/** Changes are compared over this many runs, the fewest that give a p95. */
const COMPARED_RUNS = 20;
/** Enough runs to reject most changes that miss a deadline: p95 of 20 runs ignores one. */
const FIRST_RUNS = 4;
const MAY_MISS = 1;
/** How many changes to show if none meets the deadline. */
const MAX_CLOSEST = 3;

/** The plan with a forecast of many runs with consecutive seeds, on all cores; the plan itself if one was requested. */
export async function withForecast(plan: Plan, options: ForecastOptions): Promise<Plan> {
  if (options.runs === 1) return plan;
  const tally = await simulateMany(plan.scenario, { ...options, expected: 'terminal', judged: false });
  return tally.runs === 0 ? plan : { ...plan, forecast: forecastOf(tally, plan.scenario.seed) };
}

/** The effect of each change by itself, over the same seeds as the unchanged plan. */
export async function compareChanges(
  input: PlanInput,
  changes: readonly WhatIf[],
  options: ForecastOptions,
): Promise<Comparison> {
  return onThreads(options, async (threaded) => {
    const base = await forecastOne(input, threaded);
    const candidates = changes.map((change) => ({ changes: [change] }));
    const results = await tryAll(input, candidates, base, null, threaded);
    return { what: 'what-if', base, deadlineMs: null, results, tried: changes.length };
  });
}

/**
 * The smallest changes that meet a deadline at p95: of one value, or of two if one is not enough. Each is simulated,
 * not estimated.
 */
export async function searchDeadline(
  input: PlanInput,
  plan: Plan,
  deadlineMs: number,
  keep: ReadonlySet<Keepable>,
  options: ForecastOptions,
): Promise<Comparison> {
  return onThreads(options, async (threaded) => {
    const base = await forecastOne(input, threaded);
    const result = { what: 'deadline', base, deadlineMs } as const;
    if (base.p95 !== null && base.p95.ms <= deadlineMs) return { ...result, results: [], tried: 0 };
    const lateMs = (base.p95?.ms ?? plan.run.endedRunMs) - deadlineMs;
    const singles = singleCandidates(input.next, plan.path, lateMs, keep);
    const one = await tryAll(input, singles, base, deadlineMs, threaded);
    const meeting = one.filter(({ keepsDeadline }) => keepsDeadline === true);
    if (meeting.length > 0) return { ...result, results: meeting, tried: singles.length };
    const tried = singles.map((candidate, at) => ({ candidate, savedMs: one[at]?.savedMs ?? 0 }));
    const best = tried.toSorted((a, b) => b.savedMs - a.savedMs).map(({ candidate }) => candidate);
    const pairs = pairedCandidates(best, (first) => {
      const changed = applyWhatIf(input, first.changes);
      return singleCandidates(changed.next, pathOf(changed), lateMs, keep);
    });
    const two = await tryAll(input, pairs, base, deadlineMs, threaded);
    const met = two.filter(({ keepsDeadline }) => keepsDeadline === true);
    const helpful = [...one, ...two].filter(({ savedMs }) => savedMs !== null && savedMs > 0);
    // Of changes that save the same time, the smallest.
    const closest = helpful
      .toSorted((a, b) => (b.savedMs ?? 0) - (a.savedMs ?? 0))
      .filter(({ savedMs }, at, all) => savedMs !== all[at - 1]?.savedMs)
      .slice(0, MAX_CLOSEST);
    return { ...result, results: met.length > 0 ? met : closest, tried: singles.length + pairs.length };
  });
}

/** A changed plan may be limited by something else. */
function pathOf(input: PlanInput): CriticalPath {
  return criticalPath(simulate(scenarioOf(input), { judged: false }));
}

function scenarioOf(input: PlanInput): Scenario {
  const made = planScenario(input);
  if (!made.ok) throw new RangeError(made.problems.map(({ message }) => message).join('; '));
  return made.scenario;
}

async function tryAll(
  input: PlanInput,
  candidates: readonly { readonly changes: readonly WhatIf[] }[],
  base: Forecast,
  deadlineMs: number | null,
  options: ForecastOptions,
): Promise<readonly ComparedChange[]> {
  const results: ComparedChange[] = [];
  for (const { changes } of candidates) {
    if (options.signal?.aborted === true) break;
    // In sequence, because each uses all cores.
    const { p50, p95 } = await forecastOne(applyWhatIf(input, changes), options, deadlineMs);
    const [before, after] = base.p95 === null || p95 === null ? [base.p50, p50] : [base.p95, p95];
    results.push({
      changes: changes.map(writeWhatIf),
      p50,
      p95,
      savedMs: before === null || after === null ? null : before.ms - after.ms,
      keepsDeadline: deadlineMs === null ? null : p95 !== null && p95.ms <= deadlineMs,
    });
  }
  return results;
}

/** @param deadlineMs a plan that misses it gets fewer runs and no p95; `null` for no deadline */
async function forecastOne(
  input: PlanInput,
  options: ForecastOptions,
  deadlineMs: number | null = null,
): Promise<Forecast> {
  const scenario = scenarioOf(input);
  const first = deadlineMs === null ? COMPARED_RUNS : FIRST_RUNS;
  const tally = await simulated(scenario, first, options);
  if (deadlineMs !== null && missing(tally, deadlineMs) <= MAY_MISS) {
    const rest = await simulated({ ...scenario, seed: scenario.seed + first }, COMPARED_RUNS - first, options);
    tally.merge(rest.toData());
  }
  return forecastOf(tally, scenario.seed);
}

function simulated(scenario: Scenario, runs: number, { threads, workers, signal }: ForecastOptions): Promise<Tally> {
  return simulateMany(scenario, {
    runs,
    expected: 'terminal',
    judged: false,
    ...(threads === undefined ? {} : { threads }),
    ...(workers === undefined ? {} : { workers }),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** How many runs did not end by the deadline. */
function missing({ runs, finished }: Tally, deadlineMs: number): number {
  return finished.toData().reduce((left, [ms, count]) => (ms <= deadlineMs ? left - count : left), runs);
}

/** Threads become fast after a while, so all runs of a comparison share them. */
async function onThreads<Result>(
  options: ForecastOptions,
  work: (options: ForecastOptions) => Promise<Result>,
): Promise<Result> {
  if (options.threads !== undefined) return work(options);
  const threads = await RunThreads.open(options.workers);
  try {
    return await work({ ...options, threads });
  } finally {
    await threads.close();
  }
}
