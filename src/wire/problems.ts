import { describeValue, formatCount, ProblemList, type Problem } from '../text/index.ts';

/** A problem with a message. `path` starts at the root of the message, as in `$.event.probes[2].mode`. */
export interface WireProblem extends Problem {
  /** With `got`, the two halves of `message`. `got` is cut if it is long. */
  readonly expected: string;
  readonly got: string;
}

/** The message cannot be read. */
export interface WireFailure {
  readonly ok: false;
  /** All problems, in the order of the fields. After a thousand, the last entry says that there are more. */
  readonly problems: readonly WireProblem[];
}

/** A decoded value, or all problems that prevented it. */
export type WireResult<Value> = { readonly ok: true; readonly value: Value } | WireFailure;

/**
 * A {@link WireResult} for a message with a batch. An unreadable entry is left out of `value` and reported in
 * `skipped`; the others are kept. A missing entry means something only if nothing was skipped.
 */
export type WireBatchResult<Value> =
  | { readonly ok: true; readonly value: Value; readonly skipped: readonly WireProblem[] }
  | WireFailure;

/** More than anyone reads. The limit keeps a hostile message from producing gigabytes of problems. */
export const MAX_LISTED_PROBLEMS = 1000;

/** Collects what is wrong with one message while it is decoded. */
export class ProblemReport {
  readonly #problems = new ProblemList<WireProblem>(MAX_LISTED_PROBLEMS);

  /** Reports that `path` has `value` instead of `expected`. */
  add(path: string, expected: string, value: unknown): void {
    this.addProblem(path, expected, describeValue(value));
  }

  addProblem(path: string, expected: string, got: string): void {
    this.#problems.add(problemAt(path, expected, got));
  }

  /** Further problems would not be listed, so there is no point in looking for more. */
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
  return { path, message, remedy: 'Correct the program that sends this message.', expected, got };
}
