/** What other modules of this package use, and the package does not export. */
export { findCycles, graphOf } from './find-cycles.ts';
