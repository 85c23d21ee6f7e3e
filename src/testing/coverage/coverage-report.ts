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
  readonly version: 1;
  readonly scope: Scope;
  readonly steps: {
    /** Events that were given to the subject, and whose outcome was looked at. */
    readonly run: number;
    /** Events that were not; they count as covering nothing. */
    readonly skipped: number;
  };
  readonly dimensions: Readonly<Record<DimensionName, DimensionReport>>;
}
