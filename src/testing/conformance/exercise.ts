import type { HostRolloutState } from '../../machine/index.ts';
import type { Visit } from '../coverage/dimension.ts';
import type { TestPath } from '../test-path.ts';
import type { Answer, Asked, Question, SessionQuestion } from './protocol.ts';

/** What a control plane must answer over HTTP, and what its mirror must then say, in as many fields as can be read. */
export interface MirrorAnswer {
  readonly status: number;
  readonly mirror: HostRolloutState;
}

/** One question, what must be answered, and where it stands. */
export interface Exercise {
  /** The test that it belongs to: the name of a path, or of a table. */
  readonly group: string;
  /** Which rule it is about, for example `Soaking.LocalProbeResult`. */
  readonly place: string;
  readonly question: Question;
  /** Asked in place of `question`, or around it, of a peer that keeps the record itself. */
  readonly inSession?: SessionQuestion;
  readonly expected: Answer | MirrorAnswer;
  /** The path, and the position of this event in it; `null` for a question that stands alone. */
  readonly within: { readonly path: TestPath; readonly index: number } | null;
  /** What it exercises of the host machine; `null` for other questions. */
  readonly visit: Visit | null;
  /** Asked even if the same question was asked before, because a peer that remembers something may answer otherwise. */
  readonly showsMemory?: 'otherHosts' | 'otherRollouts' | 'repetition' | 'twins';
}

/** What goes over the wire. */
export const askedBy = ({ question, inSession }: Exercise): Asked => inSession ?? question;
