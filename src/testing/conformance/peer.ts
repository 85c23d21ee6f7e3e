import type { PeerProblem } from './peer-problem.ts';
import type { Request } from './protocol.ts';

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
  /** Ends it. A batch of nothing tells what it did after its last answer that it may not; `undefined` if nothing. */
  readonly close: () => Promise<BatchEnd | undefined>;
}
