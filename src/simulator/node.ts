/** The whole module, including what needs Node: runs on several threads. The page only loads `index.ts`. */
export * from './index.ts';
export { MAX_RUNS, simulateMany, type ManyRunsOptions, type ManyRunsProgress } from './many-runs/simulate-many.ts';
export { RunThreads } from './many-runs/run-threads.ts';
