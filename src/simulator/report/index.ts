export { jsonReport } from './json-report.ts';
export type { PageFormat } from './page.ts';
export { planReport } from './plan-report.ts';
export { resultReport } from './result-report.ts';
