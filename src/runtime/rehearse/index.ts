/** Rollouts rehearsed with real processes on this machine. */
export { rehearse, type Rehearsed, type RehearseCallbacks } from './rehearse.ts';
export { compareWithSimulation } from './compare-runs.ts';
export { findUnrehearsed } from './supported.ts';
export type { PublishedRelease, Rehearsal, RehearseOptions, StruckFault } from './rehearsal.ts';
