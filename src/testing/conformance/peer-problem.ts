/** What a peer did that no peer may do. */
export type PeerProblemKind =
  /** It ended, or could not be started. */
  | 'ended'
  /** It did not answer in time. */
  | 'silent'
  /** It sent a line that is no answer. */
  | 'garbage'
  /** It answered what was not asked, or twice, or without end. */
  | 'unasked';

/** What went wrong with a peer apart from a wrong answer. */
export interface PeerProblem {
  readonly kind: PeerProblemKind;
  /** A sentence for a person, with what it sent or said last. */
  readonly message: string;
}
