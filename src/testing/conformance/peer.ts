import type { Request } from './protocol.ts';

/** How a peer failed, apart from wrong answers. */
export type PeerProblemKind =
  /** It ended, or could not be started. */
  | 'ended'
  /** It did not answer in time. */
  | 'silent'
  /** It sent a line that is not an answer. */
  | 'garbage'
  /** It answered a question that was not asked, or one twice, or sent an endless line. */
  | 'unasked';

/** How a peer failed, apart from wrong answers, and what it printed. */
export interface PeerProblem {
  readonly kind: PeerProblemKind;
  /** A sentence, with the peer's last output. */
  readonly message: string;
}

/** The outcome of asking a batch. */
export interface BatchEnd {
  /** Parsed lines by the id of the request. */
  readonly answers: ReadonlyMap<number, object>;
  /** Why not all requests were answered; `null` if they were. A peer with a problem is not asked again. */
  readonly problem: PeerProblem | null;
  /** Describes the first answer out of order; `null` if all came in order. */
  readonly disorder: string | null;
  /** The id of a question that was answered again, if that is the problem. Open questions are not to blame. */
  readonly repeated?: number;
}

/** The other implementation. */
export interface Peer {
  readonly ask: (batch: readonly Request[]) => Promise<BatchEnd>;
  /** Ends it. Returns an empty batch with the problem if it misbehaved after its last answer, otherwise `undefined`. */
  readonly close: () => Promise<BatchEnd | undefined>;
}
