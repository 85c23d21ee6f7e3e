import type { Quantile } from './quantile.ts';

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
  /** For a deadline: the changes that meet it, smallest first. */
  readonly results: readonly ComparedChange[];
  /** How many changes were tried. */
  readonly tried: number;
}
