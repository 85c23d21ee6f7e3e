import { describeValue } from '../text/index.ts';

/** One thing that is wrong with a message. */
export interface WireProblem {
  /** Where, as a JSON path from the root of the message: `$.event.probes[2].mode`. */
  readonly path: string;
  readonly expected: string;
  /** A short description of what was found; long texts are cut. */
  readonly got: string;
  /** A whole sentence made of the other three. */
  readonly message: string;
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

/** Collects what is wrong with one message while it is being read. */
export class ProblemReport {
  readonly #listed: WireProblem[] = [];
  #total = 0;

  /** Notes that at `path` there is `value` where `expected` should be. */
  add(path: string, expected: string, value: unknown): void {
    this.#total += 1;
    if (this.#total <= MAX_LISTED_PROBLEMS) this.#listed.push(problemAt(path, expected, describeValue(value)));
  }

  /** Nothing further would be listed, so looking for more is pointless. */
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
