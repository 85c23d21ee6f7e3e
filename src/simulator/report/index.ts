export { formatDuration } from './format-duration.ts';
export { jsonReport } from './json-report.ts';
export { printable, type PageFormat } from './page.ts';
export { planReport } from './plan-report.ts';
export { resultReport } from './result-report.ts';
export { Timeline } from './timeline.ts';
export { formatCount } from './words.ts';
