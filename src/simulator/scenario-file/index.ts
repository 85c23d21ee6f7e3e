/** Scenarios as files that people write. */
export type { UnreadableFile } from './read-file.ts';
export type { Expectation } from './expectation.ts';
export { readScenario, type ReadScenario, type ReadScenarioOptions } from './read-scenario.ts';
export { findUnmet } from './find-unmet.ts';
export { formatProblem, type ScenarioProblem } from './scenario-problem.ts';
export { scenarioJsonSchema } from './scenario-json-schema.ts';
export { writeScenario, type WriteScenarioOptions } from './write-scenario.ts';
