import type { HostRolloutState } from '../../machine/index.ts';
import type { Visit } from '../coverage/dimension.ts';
import type { TestPath } from '../test-path.ts';
import type { Answer, Asked, Question, SessionQuestion } from './protocol.ts';

/** The expected HTTP answer of a control plane, and the expected fields of its mirror. */
export interface MirrorAnswer {
  readonly status: number;
  readonly mirror: HostRolloutState;
}

/** A question, its expected answer, and its place. */
export interface Exercise {
  /** The name of its test: a path or a table. */
  readonly group: string;
  /** Its rule, for example `Soaking.LocalProbeResult`. */
  readonly place: string;
  readonly question: Question;
  /** What to ask instead of `question` if the peer keeps the record itself. */
  readonly inSession?: SessionQuestion;
  readonly expected: Answer | MirrorAnswer;
  /** The path and the position of this event in it; `null` for a single question. */
  readonly within: { readonly path: TestPath; readonly index: number } | null;
  /** What it exercises of the host machine; `null` for other questions. */
  readonly visit: Visit | null;
  /** Asked even if asked before, because a peer with hidden state may answer differently. */
  readonly showsMemory?: 'otherHosts' | 'otherRollouts' | 'repetition' | 'twins';
}

/** What is sent to the peer. */
export const askedBy = ({ question, inSession }: Exercise): Asked => inSession ?? question;
