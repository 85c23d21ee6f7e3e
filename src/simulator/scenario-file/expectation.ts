/** What a scenario says it should come to; an empty list or map says nothing, and so does `null`. */
export interface Expectation {
  readonly outcome: 'terminal' | 'not-terminal' | 'invariant-broken' | null;
  readonly exit: 0 | 2 | 3 | null;
  readonly rollouts: ReadonlyMap<string, string>;
  readonly hosts: ReadonlyMap<string, string>;
  readonly fired: readonly string[];
  readonly held: readonly string[];
}
