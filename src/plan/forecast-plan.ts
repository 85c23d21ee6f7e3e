import type { Fleet } from '../fleet/index.ts';
import { simulateMany, type ManyRunsProgress } from '../simulator/node.ts';
import type { ComparedChange, Comparison } from './comparison.ts';
import { pairedCandidates, singleCandidates, type ChangeCandidate } from './deadline-search.ts';
import { forecastOf, type Forecast } from './forecast.ts';
import { planScenario, type Plan, type PlanInput } from './plan.ts';
import { applyWhatIf, writeWhatIf, type Keepable, type WhatIf } from './what-if.ts';

/** How many runs a forecast uses, and how they run. */
export interface ForecastOptions {
  readonly runs: number;
  /** Threads; one per core by default. */
  readonly workers?: number;
  readonly onProgress?: (progress: ManyRunsProgress) => void;
  readonly signal?: AbortSignal;
}

/** Changes are compared over this many runs: the fewest that give a p95. */
const COMPARED_RUNS = 20;

/** The plan with a forecast of many runs with consecutive seeds, on all cores. The plan's own run was judged. */
export async function withForecast(plan: Plan, options: ForecastOptions): Promise<Plan> {
  const tally = await simulateMany(plan.scenario, { ...options, expected: 'terminal', judged: false });
  return tally.runs === 0 ? plan : { ...plan, forecast: forecastOf(tally, plan.scenario.seed) };
}

/** The effect of each change by itself, over the same seeds as the unchanged plan. */
export async function compareChanges(
  input: PlanInput,
  changes: readonly WhatIf[],
  options: ForecastOptions,
): Promise<Comparison> {
  const tried = await tryAll(
    input,
    changes.map((change) => ({ changes: [change], size: 0 })),
    null,
    options,
  );
  return { what: 'what-if', base: tried.base, deadlineMs: null, results: tried.results, tried: changes.length };
}

/**
 * The smallest changes that meet a deadline at p95: of one value, or of two where one is not enough. Each is
 * simulated, not estimated.
 */
export async function searchDeadline(
  input: PlanInput,
  plan: Plan,
  deadlineMs: number,
  keep: ReadonlySet<Keepable>,
  options: ForecastOptions,
): Promise<Comparison> {
  const base = await forecastFleet(input, input.next, options);
  const isKept = base.p95 !== null && base.p95.ms <= deadlineMs;
  const result = { what: 'deadline', base, deadlineMs } as const;
  if (isKept) return { ...result, results: [], tried: 0 };
  const lateMs = (base.p95?.ms ?? plan.run.endedRunMs) - deadlineMs;
  const singles = singleCandidates(input.next, plan.path, lateMs, keep);
  const one = await tryAll(input, singles, deadlineMs, options, base);
  const keeping = one.results.filter(({ keepsDeadline }) => keepsDeadline === true);
  if (keeping.length > 0) return { ...result, results: keeping, tried: singles.length };
  const helpful = singles
    .map((candidate, at) => ({ candidate, savedMs: one.results[at]?.savedMs ?? 0 }))
    .filter(({ savedMs }) => savedMs > 0)
    .toSorted((a, b) => b.savedMs - a.savedMs)
    .map(({ candidate }) => candidate);
  const pairs = pairedCandidates(helpful);
  const two = await tryAll(input, pairs, deadlineMs, options, base);
  return {
    ...result,
    results: two.results.filter(({ keepsDeadline }) => keepsDeadline === true),
    tried: singles.length + pairs.length,
  };
}

interface Tried {
  readonly base: Forecast;
  readonly results: readonly ComparedChange[];
}

async function tryAll(
  input: PlanInput,
  candidates: readonly ChangeCandidate[],
  deadlineMs: number | null,
  options: ForecastOptions,
  known?: Forecast,
): Promise<Tried> {
  const base = known ?? (await forecastFleet(input, input.next, options));
  const results: ComparedChange[] = [];
  for (const { changes } of candidates) {
    if (options.signal?.aborted === true) break;
    // One after the other: each uses all cores by itself.
    const { p50, p95 } = await forecastFleet(input, applyWhatIf(input.next, changes), options);
    const [before, after] = [base.p95 ?? base.p50, base.p95 === null ? p50 : p95];
    results.push({
      changes: changes.map(writeWhatIf),
      p50,
      p95,
      savedMs: before === null || after === null ? null : before.ms - after.ms,
      keepsDeadline: deadlineMs === null ? null : p95 !== null && p95.ms <= deadlineMs,
    });
  }
  return { base, results };
}

async function forecastFleet(input: PlanInput, fleet: Fleet, options: ForecastOptions): Promise<Forecast> {
  const made = planScenario({ ...input, next: fleet });
  if (!made.ok) throw new RangeError(made.problems.map(({ message }) => message).join('; '));
  const { scenario } = made;
  const runs = Math.min(options.runs, COMPARED_RUNS);
  const { workers, signal } = options;
  const tally = await simulateMany(scenario, {
    runs,
    expected: 'terminal',
    judged: false,
    ...(workers === undefined ? {} : { workers }),
    ...(signal === undefined ? {} : { signal }),
  });
  return forecastOf(tally, scenario.seed);
}
