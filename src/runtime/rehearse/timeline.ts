import type { Observation } from '../../simulator/index.ts';
import type { SteadyMs } from './journal.ts';

/** An observation, and when it was made by the machine's steady clock, which puts those of all processes in order. */
export interface Observed {
  readonly at: SteadyMs;
  readonly observation: Observation;
}

/** In the order in which they happened. Entries of the same moment keep their order. */
export function inOrder(lists: readonly (readonly Observed[])[]): readonly Observation[] {
  return lists
    .flat()
    .sort((a, b) => a.at - b.at)
    .map(({ observation }) => observation);
}
