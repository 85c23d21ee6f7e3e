/** Reduces a failing run to the smallest scenario that still fails. */
export { minimise } from './minimise.ts';
export { pinFaults } from './pin-faults.ts';
export {
  DEFAULT_SHRINK_RUNS,
  shrinkScenario,
  type Shrunk,
  type ShrinkOptions,
  type ShrinkProgress,
} from './shrink-scenario.ts';
