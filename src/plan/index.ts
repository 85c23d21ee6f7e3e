/** Forecasts of a change to the fleet: its course and uncertainty, the critical path, and what may go wrong. */
export { readAcceptedLints, withoutAccepted, type AcceptedLint } from './accepted-lints.ts';
export { blastRadius, BAD_RELEASES, type BadRelease, type Blast } from './blast-radius.ts';
export { changeSummaries, type ChangeSummary } from './change-words.ts';
export type { ComparedChange, Comparison } from './comparison.ts';
export { criticalPath, type CriticalPath, type PathLink, type WaveSlack } from './critical-path.ts';
export {
  DEFAULT_PLAN_DURATIONS,
  MEASURED,
  measureDurations,
  readDurations,
  writeDurations,
  type Measured,
  type Measurements,
  type PlanDurations,
} from './durations.ts';
export type { FleetChange, FleetChangeType } from './fleet-change.ts';
export { fleetChanges } from './fleet-changes.ts';
export { forecastOf, type Forecast, type WaveForecast } from './forecast.ts';
export { findLints, LINT_IDS, SEVERITIES, type Lint, type LintInput, type Severity } from './lints.ts';
export { makePlan, type Plan, type PlannedGate, type PlannedWave, type PlanResult } from './plan.ts';
export { planScenario, type PlanInput } from './plan-scenario.ts';
export { readDeadline } from './deadline.ts';
export { COMMENT_MARK, planMarkdown } from './plan-markdown.ts';
export { planJson, type PlanJson } from './plan-json.ts';
export { PLAN_FORMAT, PLAN_VERSION, planJsonSchema } from './plan-schema.ts';
export { planText, type PlanReportOptions } from './plan-report.ts';
export { quantileOf, type Quantile } from './quantile.ts';
export { goingOn, type GoingOn, type RecordedHosts, type RolloutLog } from './under-way.ts';
export {
  applyWhatIf,
  KEEPABLE,
  readWhatIf,
  touches,
  writeWhatIf,
  type BudgetLimit,
  type Keepable,
  type WhatIf,
} from './what-if.ts';
