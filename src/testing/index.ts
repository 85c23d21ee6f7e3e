export { cellKey, chartCell, chartCells, type ChartCell } from './chart-cells.ts';
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
export { generatePaths, type GenerateOptions, type Generation } from './generate.ts';
export { sampleHost } from './sample-host.ts';
export { eventTypesOf, hostEventTypes, sideOf, sides, type Side } from './side.ts';
export type { PathStep, TestPath } from './test-path.ts';
