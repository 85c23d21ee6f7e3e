/** What other modules of this package use, and the package does not export. */
export { FAULT_GUIDES, faultDetail } from './faults/index.ts';
export { fleetChangeWords } from './history/index.ts';
export { Page, type Cell, type PageFormat } from './report/page.ts';
export { parseSpan, writeSpan } from './span.ts';
