/** One thing that is wrong with what came over the wire. */
export interface WireProblem {
  /** Where, as a JSON path from the root of the message: `$.event.probes[2].mode`. */
  readonly path: string;
  readonly expected: string;
  /** A short description of what was found; long texts are cut. */
  readonly got: string;
  /** A whole sentence made of the other three. */
  readonly message: string;
}

/** Nothing could be made of the message. */
export interface WireFailure {
  readonly ok: false;
  /** All of them at once, in the order of the fields; past a thousand the last entry says that there are more. */
  readonly problems: readonly WireProblem[];
}

/** A decoded value, or everything that stood in the way. */
export type WireResult<Value> = { readonly ok: true; readonly value: Value } | WireFailure;

/**
 * As {@link WireResult}, for a message that is or holds a batch: an entry that cannot be read is left out of `value`
 * and told of in `skipped`, and the others are kept.
 *
 * Whoever concludes something from the absence of an entry must look at `skipped` first.
 */
export type WireBatchResult<Value> =
  | { readonly ok: true; readonly value: Value; readonly skipped: readonly WireProblem[] }
  | WireFailure;
