import type { Observation } from '../../simulator/index.ts';
import type { SteadyMs } from './journal.ts';

/** An observation with its time by the machine's steady clock, which orders those of all processes. */
export interface Observed {
  readonly at: SteadyMs;
  readonly observation: Observation;
}

/** Sorts observations by time. Those of the same moment keep their order. */
export function inOrder(lists: readonly (readonly Observed[])[]): readonly Observation[] {
  return lists
    .flat()
    .sort((a, b) => a.at - b.at)
    .map(({ observation }) => observation);
}
