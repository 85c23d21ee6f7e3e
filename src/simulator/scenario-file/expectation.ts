/** The expected result of a scenario. Empty lists, empty maps and `null` expect nothing. */
export interface Expectation {
  readonly outcome: 'terminal' | 'not-terminal' | 'invariant-broken' | null;
  readonly exit: 0 | 2 | 3 | null;
  readonly rollouts: ReadonlyMap<string, string>;
  readonly hosts: ReadonlyMap<string, string>;
  readonly fired: readonly string[];
  readonly held: readonly string[];
}
