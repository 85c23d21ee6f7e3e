/** A failing run, made as small as it can be. */
export { minimise } from './minimise.ts';
export { pinFaults } from './pin-faults.ts';
export {
  DEFAULT_SHRINK_RUNS,
  shrinkScenario,
  type Shrunk,
  type ShrinkOptions,
  type ShrinkProgress,
} from './shrink-scenario.ts';
