/** One scenario over many seeds. */
export { Distribution } from './distribution.ts';
export { findFailure, type Failure } from './failure.ts';
export { manyRunsJson, manyRunsReport, type ManyRunsJson } from './many-runs-report.ts';
export { Tally, type FailingSeed, type FaultTally, type TallyData } from './tally.ts';
