/** One scenario over many seeds. */
export { Distribution } from './distribution.ts';
export { findFailure, firstFailure, type RunFailure as Failure } from './failure.ts';
export { manyRunsJson, manyRunsReport, type ManyRunsJson } from './many-runs-report.ts';
export {
  RunTally as Tally,
  type FailingSeed,
  type FaultStateTally,
  type FaultTally,
  type RuleTally,
  type TallyData,
} from './tally.ts';
