/** What other modules of this package use, and the package does not export. */
export { findCycles, graphOf } from './find-cycles.ts';
export { DEFAULT_SOAK_MINUTES } from './rollout-manifest.ts';
