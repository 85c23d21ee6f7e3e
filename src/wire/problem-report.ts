import { describeValue } from '../text/index.ts';
import type { WireProblem } from './wire-result.ts';

/** More than a person reads; the limit keeps a hostile message from turning into gigabytes of complaints. */
export const MAX_LISTED_PROBLEMS = 1000;

/** Collects what is wrong with one message while it is being read. */
export class ProblemReport {
  readonly #listed: WireProblem[] = [];
  #total = 0;

  /** Takes note that at `path` there is `value` where `expected` should be. */
  add(path: string, expected: string, value: unknown): void {
    this.#total += 1;
    if (this.#total <= MAX_LISTED_PROBLEMS) this.#listed.push(problemAt(path, expected, describeValue(value)));
  }

  /** Nothing further would be listed, so there is no use in looking for more. */
  get isOverfull(): boolean {
    return this.#total > MAX_LISTED_PROBLEMS;
  }

  list(): readonly WireProblem[] {
    if (!this.isOverfull) return this.#listed;
    return [...this.#listed, problemAt('$', `at most ${MAX_LISTED_PROBLEMS} problems`, 'more, which are not listed')];
  }
}

export function problemAt(path: string, expected: string, got: string): WireProblem {
  return { path, expected, got, message: `${path}: expected ${expected}, got ${got}.` };
}
