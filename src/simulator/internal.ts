/** What other modules of this package use, and the package does not export. */
export { FAULT_GUIDES, faultDetail, FAULT_RATE_FIELDS } from './faults/index.ts';
export { isAskedFor } from './faults/asked-for.ts';
export { fleetChangeWords } from './history/index.ts';
export { Page, type Cell, type PageFormat } from './report/page.ts';
export { parseFreeze } from './extensions.ts';
export { parseSpan, writeSpan } from './span.ts';
export { observationOfEffect } from './observation-of-effect.ts';
export { quietMs, settlingMs } from './under-way.ts';
