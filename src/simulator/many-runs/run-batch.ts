import { RuleCoverage } from '../coverage/index.ts';
import { rolloutsOf } from '../history/index.ts';
import type { Outcome } from '../run.ts';
import type { Scenario } from '../scenario.ts';
import { simulate } from '../simulate.ts';
import type { Cores } from '../cores.ts';
import { findFailure } from './failure.ts';
import { RunTally, type TallyData } from './tally.ts';

/** Runs of a scenario with consecutive seeds; plain data for a worker. */
export interface Batch {
  readonly scenario: Scenario;
  readonly firstSeed: number;
  readonly runs: number;
  readonly expected: Outcome | null;
  /** `false` checks no invariants and counts no rules, which is faster. */
  readonly judged?: boolean;
}

export function runBatch({ scenario, firstSeed, runs, expected, judged = true }: Batch, cores: Cores = {}): TallyData {
  const tally = new RunTally();
  const rollouts = rolloutsOf(scenario);
  for (let at = 0; at < runs; at += 1) {
    const coverage = new RuleCoverage(rollouts);
    const counted = judged ? { onEvent: coverage.take.bind(coverage) } : {};
    const run = simulate({ ...scenario, seed: firstSeed + at }, { cores, judged, ...counted });
    tally.add(run, findFailure(run, expected), coverage);
  }
  return tally.toData();
}
