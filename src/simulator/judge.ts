import { Judging } from './judging.ts';
import type { Observation } from './observations.ts';
import type { RunSetup } from './run-setup.ts';
import type { InvariantBroken } from './run-events.ts';

/** The observations of one run, simulated or real. `decodeRunStream` reads a recorded one. */
export interface RunStream {
  readonly setup: RunSetup;
  /** In the order in which they happened. */
  readonly observations: Iterable<Observation>;
}

/**
 * Judges a run by its observations. The findings are the same as in the live run.
 *
 * @returns every broken invariant, in order; empty if all hold.
 */
export function judge({ setup, observations }: RunStream): readonly InvariantBroken[] {
  const judging = Judging.begin(setup);
  const findings: InvariantBroken[] = [];
  for (const observation of observations) for (const finding of judging.take(observation)) findings.push(finding);
  return findings;
}
