import type { CoverageReport } from '../coverage/coverage-report.ts';
import type { Difference } from '../difference.ts';
import type { Side } from '../side.ts';
import type { TestPath } from '../test-path.ts';
import type { Operation, Question, SessionOperation, SessionQuestion } from './protocol.ts';
import type { PeerProblem } from './peer.ts';

/** Questions that were answered wrongly in the same way; the one with the shortest path stands for all. */
export interface Mismatch {
  /** Of the question, for `conform --only`. */
  readonly id: string;
  /** The rule that it is about, for example `Soaking.LocalProbeResult`. */
  readonly place: string;
  /** Which of the mistakes it is. */
  readonly mistake: string;
  readonly count: number;
  readonly differences: readonly Difference[];
  readonly test: string;
  /** The events that led there, the last one being the one that was answered wrongly. */
  readonly trail: readonly string[];
  readonly question: Question;
  /** What was asked in its place of a peer that keeps the records itself. */
  readonly inSession?: SessionQuestion;
  readonly answer: object;
}

/** What is wrong in the same way, maybe at many places: the same fields, whatever their numbers are. */
export interface Mistake {
  /** As in the mismatches that it stands for. */
  readonly mistake: string;
  readonly count: number;
  readonly tests: number;
  readonly places: readonly string[];
}

/** The smallest question, history or path that is answered wrongly in the same way. */
export interface Reproducer {
  readonly mistake: string;
  /** For `conform --only`: the question as it was asked first. */
  readonly id: string;
  /** Whether a peer that was asked nothing else answers it wrongly. If not, the peer remembers something. */
  readonly isWrongAlone: boolean;
  /** The values that matter: with any of them made ordinary, the answer is right. As `path = value`. */
  readonly matters: readonly string[];
  /** Of one that is right alone: the places of the fewest questions that lead to it, itself last; empty if unknown. */
  readonly history: readonly string[];
  /** Of a session: the fewest paths that must be open together, with the fewest events; empty if it did not come again. */
  readonly paths: readonly TestPath[];
  readonly differences: readonly string[];
  /** The reduced questions and their right answers, as lines that `conform --fixtures FILE.jsonl` asks. */
  readonly line: string;
}

/** A question that the peer could not answer because it failed. */
export interface Failure {
  readonly place: string;
  readonly test: string;
  readonly count: number;
  readonly problem: PeerProblem;
  readonly question: Question;
}

/** What one test of a conformance run came to. */
export interface TestOutcome {
  readonly name: string;
  readonly events: number;
  /** Questions whose answer was held against ours. A test without any has a problem: it proves nothing. */
  readonly compared: number;
  /** `null` for a test that passed, otherwise its first problem. */
  readonly problem: string | null;
  /** Whose fault the problem is: a wrong answer, a peer that failed, or nobody's, because nothing was compared. */
  readonly fault: 'answer' | 'peer' | 'untested' | null;
  /** The last events up to the one with the problem, as lines for a person; empty where no question has it. */
  readonly trail: readonly string[];
  /** Which event of the path has the problem, from 1; `null` for questions that stand alone. */
  readonly step: number | null;
  /** Questions that were not answered because the peer does not support them, or was given up. */
  readonly skipped: number;
  /** How long its questions took, in milliseconds; questions of several tests may be open at once. */
  readonly durationMs: number;
}

/**
 * Where the records were kept. `question`: each question carried its record, so the peer saw single steps. `session`: the
 * peer kept its own over whole paths, several hosts at once. `mirror`: a control plane kept them.
 */
export type RecordKeeper = 'question' | 'session' | 'mirror';

/** What comparing another implementation with the chart came to. */
export interface ConformanceReport {
  readonly format: 'nixfleet-conformance';
  readonly version: 1;
  /** `nothing-asserted` is a failure as well: a run, or a test of it, that compared nothing proves nothing. */
  readonly mode: RecordKeeper;
  readonly verdict: 'conforms' | 'differs' | 'peer-failed' | 'nothing-asserted';
  readonly asked: number;
  readonly matched: number;
  readonly mismatched: number;
  readonly failed: number;
  readonly notAsked: number;
  /** Tests that compared nothing, because nothing of them was asked or supported. */
  readonly untested: number;
  readonly unsupported: { readonly [Op in Operation | SessionOperation]?: number };
  /** Of the events that belong to each side, how many were compared, and how many the peer does not support. */
  readonly hostEvents: { readonly [Whose in Side]: { readonly compared: number; readonly unsupported: number } };
  readonly mismatches: readonly Mismatch[];
  readonly mistakes: readonly Mistake[];
  /** For the first mistakes, the smallest question that shows each; empty if that was not asked for. */
  readonly reproducers: readonly Reproducer[];
  readonly failures: readonly Failure[];
  /** Problems that no single request could be blamed for. */
  readonly unexplained: readonly PeerProblem[];
  /** How many batches came back out of order, and an example. */
  readonly disorder: { readonly count: number; readonly example: string | null };
  /** After how many problems the peer was given up; `null` if everything was asked. */
  readonly givenUpAfter: number | null;
  readonly restarts: number;
  readonly tests: readonly TestOutcome[];
  readonly coverage: CoverageReport;
}
