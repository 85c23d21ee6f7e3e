import type { Distribution, Outcome, Tally } from '../simulator/index.ts';

/** One wave in many runs. */
export interface WaveForecast {
  readonly rolloutId: string;
  readonly wave: number;
  /** When it finished, since the start; `null` if there are too few runs for the quantile. */
  readonly p50: Quantile | null;
  readonly p95: Quantile | null;
  /** In how many runs it never finished. */
  readonly never: number;
}

/** The results of many runs of one plan. */
export interface Forecast {
  readonly runs: number;
  readonly firstSeed: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly waves: readonly WaveForecast[];
  readonly p50: Quantile | null;
  readonly p95: Quantile | null;
}

/** The forecast from a tally of runs with consecutive seeds. */
export function forecastOf(tally: Tally, firstSeed: number): Forecast {
  return {
    runs: tally.runs,
    firstSeed,
    outcomes: tally.outcomeCounts,
    waves: tally.waves.map(({ rolloutId, wave, ended, never }) => ({
      rolloutId,
      wave,
      p50: quantileOf(ended, 0.5),
      p95: quantileOf(ended, 0.95),
      never,
    })),
    p50: quantileOf(tally.finished, 0.5),
    p95: quantileOf(tally.finished, 0.95),
  };
}

/** The effect of one change, or of two together. */
export interface ComparedChange {
  /** In the syntax of `--what-if`. */
  readonly changes: readonly string[];
  readonly p50: Quantile | null;
  readonly p95: Quantile | null;
  /** How much sooner the rollout ends, at p95 or, with few runs, at p50; negative if later. */
  readonly savedMs: number | null;
  /** `null` without a deadline. */
  readonly keepsDeadline: boolean | null;
}

/** Changes compared with the unchanged plan. */
export interface Comparison {
  readonly what: 'what-if' | 'deadline';
  readonly base: { readonly p50: Quantile | null; readonly p95: Quantile | null };
  /** Milliseconds since the start; `null` without one. */
  readonly deadlineMs: number | null;
  /** With a deadline, the changes that meet it, smallest first; if none does, those that help most. */
  readonly results: readonly ComparedChange[];
  /** How many changes were tried. */
  readonly tried: number;
}

/** A quantile of many runs, with its 95 % confidence interval. Milliseconds since the start. */
export interface Quantile {
  readonly ms: number;
  readonly lowMs: number;
  /** `null` if there are too few runs. */
  readonly highMs: number | null;
}

/** 95 % of a normal distribution lie within this many standard deviations of the mean. */
const Z95 = 1.96;

/**
 * A quantile with its interval by order statistics: of `n` numbers, those at ranks `n p ± z √(n p (1 - p))`.
 *
 * @returns `null` if there are too few numbers for this quantile
 */
export function quantileOf(distribution: Distribution, share: number): Quantile | null {
  const ms = distribution.percentile(share);
  if (ms === null) return null;
  const { total } = distribution;
  const spread = Z95 * Math.sqrt(total * share * (1 - share));
  const lowRank = Math.max(1, Math.floor(total * share - spread));
  const highRank = Math.ceil(total * share + spread);
  return {
    ms,
    lowMs: valueAt(distribution, lowRank),
    highMs: highRank > total ? null : valueAt(distribution, highRank),
  };
}

/** The number at a rank; ranks start at 1. */
function valueAt(distribution: Distribution, rank: number): number {
  let seen = 0;
  for (const [bucket, count] of distribution.toData()) {
    seen += count;
    if (seen >= rank) return bucket;
  }
  throw new RangeError(`There is no number at rank ${rank} of ${distribution.total}.`);
}
