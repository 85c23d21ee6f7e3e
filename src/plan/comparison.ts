import type { Quantile } from './quantile.ts';

/** What one change, or two together, would do. */
export interface ComparedChange {
  /** As `--what-if` takes them. */
  readonly changes: readonly string[];
  readonly p50: Quantile | null;
  readonly p95: Quantile | null;
  /** How much sooner than without, at p95 or, with few runs, at p50; negative if later. */
  readonly savedMs: number | null;
  /** `null` without a deadline. */
  readonly keepsDeadline: boolean | null;
}

/** Changes beside the plan as it is. */
export interface Comparison {
  readonly what: 'what-if' | 'deadline';
  readonly base: { readonly p50: Quantile | null; readonly p95: Quantile | null };
  /** Milliseconds since the start; `null` without one. */
  readonly deadlineMs: number | null;
  /** For a deadline: those that keep it, the smallest change first. */
  readonly results: readonly ComparedChange[];
  /** How many changes were tried. */
  readonly tried: number;
}
