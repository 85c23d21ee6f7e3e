/** Forecasts a change to the fleet: its course and uncertainty, the critical path, and what may go wrong. */
export { readAcceptedLints, withoutAccepted, type AcceptedLint } from './accepted-lints.ts';
export { blastRadius, BAD_RELEASES, type BadRelease, type Blast } from './blast-radius.ts';
export { changeSummaries, type ChangeSummary } from './change-words.ts';
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
export { fleetChanges, type FleetChange, type FleetChangeType } from './fleet-changes.ts';
export {
  forecastOf,
  quantileOf,
  type ComparedChange,
  type Comparison,
  type Forecast,
  type Quantile,
  type WaveForecast,
} from './forecast.ts';
export { findLints, LINT_IDS, SEVERITIES, type Lint, type LintInput, type Severity } from './lints.ts';
export { makePlan, type Plan, type PlannedGate, type PlannedWave, type PlanResult } from './plan.ts';
export { planScenario, type PlanInput } from './plan-scenario.ts';
export { readDeadline } from './deadline.ts';
export { COMMENT_MARK, planMarkdown } from './plan-markdown.ts';
export { PLAN_FORMAT, PLAN_VERSION, planJson, planJsonSchema, type PlanJson } from './plan-json.ts';
export { planText, type PlanReportOptions } from './plan-report.ts';
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
