export { adequacyText, measureAdequacy, type AdequacyReport, type BugResult } from './adequacy/measure-adequacy.ts';
export { plantedBugs } from './adequacy/planted-bugs.ts';
export { bugKinds, type BugKind, type PlantedBug } from './adequacy/planted-bug.ts';
export { answerOf, type RefusalFields, type StepAnswer } from './answer.ts';
export { cellKey, chartCell, chartCells, type ChartCell } from './chart-cells.ts';
export { chartHash } from './chart-hash.ts';
export { allExercises } from './conformance/all-exercises.ts';
export { answerQuestion } from './conformance/answer-question.ts';
export type {
  ConformanceReport,
  Failure,
  Mismatch,
  Reproducer,
  TestOutcome,
} from './conformance/conformance-report.ts';
export type { ControlPlaneAdapter } from './conformance/control-plane-adapter.ts';
export { QUICK_COUNT, quickExercises, quickSuite } from './conformance/quick-exercises.ts';
export type { Exercise, MirrorAnswer } from './conformance/exercise.ts';
export { pathExercises } from './conformance/host-exercises.ts';
export { keepRecords } from './conformance/keep-records.ts';
export type { BatchEnd, Peer, PeerProblem, PeerProblemKind } from './conformance/peer.ts';
export {
  isOperation,
  operations,
  type Answer,
  type Asked,
  type Operation,
  type Question,
  type Request,
  type SessionOperation,
  type SessionQuestion,
  type Unsupported,
} from './conformance/protocol.ts';
export { groupsOf, sessionExercises, sessionGroups } from './conformance/session-paths.ts';
export { conformanceJUnit } from './conformance/report-junit.ts';
export { conformanceText } from './conformance/report-text.ts';
export {
  coverageOverlay,
  coverageProperties,
  coverageTable,
  type CoverageOverlay,
} from './coverage/coverage-formats.ts';
export type { CoverageReport, DimensionReport } from './coverage/coverage-report.ts';
export type { Scope, Visit } from './coverage/dimension.ts';
export { dimensionNames, type DimensionName } from './coverage/dimensions.ts';
export { expectedVisits, measureCoverage, type CoverageMeter } from './coverage/measure-coverage.ts';
export { missedThresholds, parseThresholds, type Thresholds, type ThresholdsResult } from './coverage/thresholds.ts';
export {
  criteria,
  criterionNames,
  criterionText,
  parseCriterion,
  type Criterion,
  type CriterionName,
  type CriterionResult,
  type RandomCriterionName,
} from './criterion.ts';
export { differences, differenceText, type Difference } from './difference.ts';
export { itfTrace, type ItfTrace, type ItfValue } from './exports/itf.ts';
export { pathMarkdown } from './exports/markdown.ts';
export { pathMermaid } from './exports/mermaid.ts';
export { vitestFile, type TestGroup } from './exports/vitest-file.ts';
export {
  fixtureFile,
  readFixtureFile,
  readRecord,
  REDUCER_VERSION,
  type FixtureFileResult,
  type FixtureOptions,
  type RecordResult,
} from './fixtures/fixture-file.ts';
export { fixtureJsonSchema } from './fixtures/fixture-schema.ts';
export type { FixtureFile, FixturePath, FixtureStep } from './fixtures/fixture.ts';
export { readVectorLines, rolloutVectorLine, type VectorsResult } from './fixtures/vector-lines.ts';
export {
  engines,
  type EngineEffect as ChartEffect,
  type EngineEvent as ChartEvent,
  type ChartRecord,
  type ChartRefusal,
  type ChartResult,
  type Engine,
  type MachineName,
  type Way,
} from './engine.ts';
export { generatePaths, type GenerateOptions, type Generation } from './generate.ts';
export { generateRolloutPaths, rolloutCriteria, type RolloutCriterion } from './rollout-paths.ts';
export { sampleHost } from './sample-host.ts';
export { eventTypesOf, hostEventTypes, sideOf, sides, type Side } from './side.ts';
export { recordIn } from './state-start.ts';
export {
  allCriteria,
  generateSuite,
  suitePolicies as healthFailurePolicies,
  shortfallsOf,
  suitePaths,
  type SuiteOptions,
  type SuitePart,
} from './suite.ts';
export { pathFromChoices, type ChoiceOptions } from './subject/path-from-choices.ts';
export { registerPaths, type RegisterOptions, type RegisterTest } from './subject/register-paths.ts';
export { PathFailure, runPath, type PathRun } from './subject/run-path.ts';
export type { EventHandler, StateHandler, Subject } from './subject/subject.ts';
export {
  isHostPath,
  momentsOf,
  type AnyPath,
  type PathMoment,
  type PathStep,
  type RolloutPath,
  type RolloutPathStep,
  type TestPath,
} from './test-path.ts';
