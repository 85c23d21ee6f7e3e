export { formatDuration, formatRoundDuration } from './format-duration.ts';
export { jsonReport, type JsonReport, type RunStats } from './json-report.ts';
export { Page, printable, type Cell, type PageFormat, type Tone } from './page.ts';
export { planReport } from './plan-report.ts';
export { resultReport } from './result-report.ts';
export { Timeline } from './timeline.ts';
export { count, formatCount } from './words.ts';
