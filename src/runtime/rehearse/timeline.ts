import type { Observation, RunMs } from '../../simulator/index.ts';
import { asRunMs } from '../../simulator/index.ts';
import type { SteadyMs } from './journal.ts';

/** An observation, and when it was made by the machine's steady clock, which puts those of all processes in order. */
export interface Observed {
  readonly at: SteadyMs;
  readonly observation: Observation;
}

/** When a rehearsal began, and how fast its clock runs. */
export interface Timescale {
  readonly beganAt: SteadyMs;
  readonly speed: number;
}

/** A moment as a time of the run. */
export function runMsOfSteady(at: SteadyMs, { beganAt, speed }: Timescale): RunMs {
  return asRunMs(Math.max(0, Math.floor((at - beganAt) * speed)));
}

/** In the order in which they were made. What has the same moment stays as it is. */
export function inOrder(lists: readonly (readonly Observed[])[]): readonly Observation[] {
  return lists
    .flat()
    .sort((a, b) => a.at - b.at)
    .map(({ observation }) => observation);
}
