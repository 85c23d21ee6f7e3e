import { simulate, type Cores, type InvariantName, type Scenario } from '../../../src/simulator/index.ts';

/** The invariants that break in a run of these cores, each once. */
export function noticed(scenario: Scenario, cores: Cores = {}): ReadonlySet<InvariantName> {
  return new Set(simulate(scenario, { cores }).violations.map(({ invariant }) => invariant));
}
