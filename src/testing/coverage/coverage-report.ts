import type { DimensionName } from './dimensions.ts';
import type { Scope } from './dimension.ts';

/** How much of one dimension was exercised. */
export interface DimensionReport {
  readonly covered: number;
  readonly total: number;
  /** Of `total`, rounded down: 100 means everything. */
  readonly percent: number;
  /** How often each item was exercised, in the order of the chart. */
  readonly hits: Readonly<Record<string, number>>;
  readonly missing: readonly string[];
}

/** What was exercised, measured from what really ran. */
export interface CoverageReport {
  readonly format: 'nixfleet-coverage';
  readonly version: 2;
  readonly scope: Scope;
  readonly steps: {
    /** Events that were to be given to the subject. */
    readonly asked: number;
    /** Events that the subject was given, and answered. */
    readonly answered: number;
    /** Answers in which something was compared with what is expected. */
    readonly compared: number;
    /** Answers that were as expected in everything that was compared: only these cover anything. */
    readonly right: number;
  };
  readonly dimensions: Readonly<Record<DimensionName, DimensionReport>>;
}
