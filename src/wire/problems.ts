import { describeValue, formatCount, ProblemList, type Problem } from '../text/index.ts';

/** A problem with a message; `path` starts from the root of the message: `$.event.probes[2].mode`. */
export interface WireProblem extends Problem {
  /** The two halves of `message`; `got` is cut if it is long. */
  readonly expected: string;
  readonly got: string;
}

/** The message cannot be read. */
export interface WireFailure {
  readonly ok: false;
  /** All of them at once, in the order of the fields; past a thousand the last entry says that there are more. */
  readonly problems: readonly WireProblem[];
}

/** A decoded value, or everything that stood in the way. */
export type WireResult<Value> = { readonly ok: true; readonly value: Value } | WireFailure;

/**
 * As {@link WireResult}, for a message that is or holds a batch: an unreadable entry is left out of `value` and
 * reported in `skipped`, and the others are kept. A missing entry means something only if nothing was skipped.
 */
export type WireBatchResult<Value> =
  | { readonly ok: true; readonly value: Value; readonly skipped: readonly WireProblem[] }
  | WireFailure;

/** More than a person reads; the limit keeps a hostile message from turning into gigabytes of complaints. */
export const MAX_LISTED_PROBLEMS = 1000;

/** What is wrong with one message, while it is being read. */
export class ProblemReport {
  readonly #problems = new ProblemList<WireProblem>(MAX_LISTED_PROBLEMS);

  /** Notes that at `path` there is `value` where `expected` should be. */
  add(path: string, expected: string, value: unknown): void {
    this.addProblem(path, expected, describeValue(value));
  }

  addProblem(path: string, expected: string, got: string): void {
    this.#problems.add(problemAt(path, expected, got));
  }

  /** Nothing further would be listed, so looking for more is pointless. */
  get isOverfull(): boolean {
    return this.#problems.unlisted > 0;
  }

  list(): readonly WireProblem[] {
    const { listed } = this.#problems;
    if (!this.isOverfull) return listed;
    return [
      ...listed,
      problemAt('$', `at most ${formatCount(MAX_LISTED_PROBLEMS)} problems`, 'more, which are not listed'),
    ];
  }
}

export function problemAt(path: string, expected: string, got: string): WireProblem {
  const message = `expected ${expected}, got ${got}`;
  return { path, message, remedy: 'Correct what sends this message.', expected, got };
}
