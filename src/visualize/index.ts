export { chartNamed, chartNames, hostChartName, isChartName, type ChartName } from './chart-catalogue.ts';
export type * from './chart-model.ts';
export { layOutChart, type ChartLayout, type PlacedEdge, type PlacedState, type Point } from './chart-layout.ts';
export { hostChart, rolloutChart } from './charts.ts';
export {
  diagramFormatNames,
  diagramFormats,
  writeDiagram,
  type DiagramFormat,
} from './exports/formats.ts';
export { layouts } from './layouts.ts';
export { hostStateLooks, lookOf, rolloutStateLooks, type StateLook } from './palette.ts';
export { pageWithFile } from './page-file.ts';
export { recordRun, runRecorder, type RunRecorder } from './run-file/record-run.ts';
export type * from './run-file/run-file.ts';
export { readRunFile, type RunFileResult } from './run-file/read-run-file.ts';
export { readOpenable, type Openable } from './read-openable.ts';
