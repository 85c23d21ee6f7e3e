import type { Cores, Scenario } from '../../../src/simulator/index.ts';
import { firstFailure } from '../../../src/simulator/many-runs/index.ts';
import { readExample } from '../../support/read-example.ts';

/** The scenarios that expect no outcome, because they look for mistakes. They are tried in turn; small ones first. */
const SCENARIOS: readonly Scenario[] = [
  'rare-moments',
  'agents-that-crash-all-the-time',
  'a-control-plane-that-restarts-all-the-time',
  'a-fleet-as-its-build-writes-it',
  'everything-at-once',
].map((name) => readExample(`scenarios/${name}.yaml`).scenario);

export interface Found {
  /** Of `runs`, the first that showed something. */
  readonly run: number;
  readonly what: string;
  readonly scenario: Scenario;
}

/** The first of a number of runs in which something shows; `null` if nothing does. */
export function findBug(
  cores: Cores,
  runs: number,
  read: (scenario: Scenario) => Scenario = (one) => one,
): Found | null {
  for (let run = 1; run <= runs; run += 1) {
    const one = SCENARIOS[(run - 1) % SCENARIOS.length];
    if (one === undefined) throw new Error('There is no scenario.');
    const tried = { ...read(one), seed: Math.ceil(run / SCENARIOS.length) };
    const failure = firstFailure(tried, null, { cores });
    if (failure !== null) return { run, what: failure.what, scenario: tried };
  }
  return null;
}
