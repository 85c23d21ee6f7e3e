import type { Cores, InvariantName, Scenario } from '../../../src/simulator/index.ts';

/** The protocol broken in one place, and where it shows. */
export interface PlantedBug {
  /** What is wrong, as one would say it in a review. */
  readonly name: string;
  readonly cores: Cores;
  /** Tried with one seed after the other. Without the bug it breaks nothing. */
  readonly scenario: Scenario;
  /** The invariant that notices. */
  readonly caughtBy: InvariantName;
}

/** How many seeds it may take. */
export const MAX_SEEDS = 1000;
