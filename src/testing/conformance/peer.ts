import type { Request } from './protocol.ts';

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
  /** A sentence for a person, with the peer's last output. */
  readonly message: string;
}

/** What came of asking a batch. */
export interface BatchEnd {
  /** By the id of the request; each is the parsed line. */
  readonly answers: ReadonlyMap<number, object>;
  /** Why no more came; `null` when everything was answered. A peer with a problem is gone and is not asked again. */
  readonly problem: PeerProblem | null;
  /** The first answer that came before one to an earlier question; `null` while all that came were in order. */
  readonly disorder: string | null;
  /** Where the problem is that a question was answered again: its id. The questions that are open are not to blame. */
  readonly repeated?: number;
}

/** The other implementation, however it is reached. */
export interface Peer {
  readonly ask: (batch: readonly Request[]) => Promise<BatchEnd>;
  /** Ends it. Returns a batch without answers if it misbehaved after its last answer; `undefined` otherwise. */
  readonly close: () => Promise<BatchEnd | undefined>;
}
