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

/** What was exercised, as measured in the run. */
export interface CoverageReport {
  readonly format: 'nixfleet-coverage';
  readonly version: 2;
  readonly scope: Scope;
  readonly steps: {
    /** Events for the subject. */
    readonly asked: number;
    /** Events that the subject answered. */
    readonly answered: number;
    /** Answers that were at least partly compared. */
    readonly compared: number;
    /** Answers as expected wherever they were compared. Only these cover anything. */
    readonly right: number;
  };
  readonly dimensions: Readonly<Record<DimensionName, DimensionReport>>;
}
