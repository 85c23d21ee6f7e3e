import { Judging } from './judging.ts';
import type { Observation, RunSetup } from './observations.ts';
import type { InvariantBroken } from './run-events.ts';

/** What was observed of one run, simulated or real: see `decodeRunStream` for one that was recorded. */
export interface RunStream {
  readonly setup: RunSetup;
  /** In the order in which they happened. */
  readonly observations: Iterable<Observation>;
}

/**
 * Judges a run by what was observed of it. The same stream gives the same findings as the live run gave.
 *
 * @returns every broken invariant, in order; empty for a run in which all hold.
 */
export function judge({ setup, observations }: RunStream): readonly InvariantBroken[] {
  const judging = Judging.begin(setup);
  const findings: InvariantBroken[] = [];
  for (const observation of observations) for (const finding of judging.take(observation)) findings.push(finding);
  return findings;
}
