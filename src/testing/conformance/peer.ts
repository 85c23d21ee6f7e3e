import type { Request } from './protocol.ts';

/** How a peer failed, apart from wrong answers. */
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
  /** A sentence for a person, with the peer's last output. */
  readonly message: string;
}

/** The outcome of asking a batch. */
export interface BatchEnd {
  /** By the id of the request; each is the parsed line. */
  readonly answers: ReadonlyMap<number, object>;
  /** Why not everything was answered; `null` if it was. A peer with a problem is not asked again. */
  readonly problem: PeerProblem | null;
  /** The first answer that came too early; `null` if all came in order. */
  readonly disorder: string | null;
  /** The id of a question that was answered again, if that is the problem. Open questions are not to blame. */
  readonly repeated?: number;
}

/** The other implementation, however it is reached. */
export interface Peer {
  readonly ask: (batch: readonly Request[]) => Promise<BatchEnd>;
  /** Ends it. Returns an empty batch if it misbehaved after its last answer, otherwise `undefined`. */
  readonly close: () => Promise<BatchEnd | undefined>;
}
