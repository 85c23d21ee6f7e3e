import type { Distribution } from '../simulator/index.ts';

/** A quantile of many runs, with its 95 % confidence interval. Milliseconds since the start. */
export interface Quantile {
  readonly ms: number;
  readonly lowMs: number;
  /** `null`: there are too few runs to say. */
  readonly highMs: number | null;
}

/** 95 % of a normal distribution lie within this many standard deviations of the mean. */
const Z95 = 1.96;

/**
 * A quantile with its interval by order statistics: of `n` numbers, the one at rank `n p ± z √(n p (1 - p))`.
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
