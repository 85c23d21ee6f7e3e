import type { CoverageReport } from '../coverage/coverage-report.ts';
import type { Difference } from '../difference.ts';
import type { Side } from '../side.ts';
import type { TestPath } from '../test-path.ts';
import type { Operation, Question, SessionOperation, SessionQuestion } from './protocol.ts';
import type { PeerProblem } from './peer.ts';

/** Questions that were answered wrongly in the same way, represented by the one with the shortest path. */
export interface Mismatch {
  /** The question's id, for `conform --only`. */
  readonly id: string;
  /** The rule that it tests, for example `Soaking.LocalProbeResult`. */
  readonly place: string;
  /** Identifies its mistake. */
  readonly mistake: string;
  readonly count: number;
  readonly differences: readonly Difference[];
  readonly test: string;
  /** The events up to and including the wrongly answered one. */
  readonly trail: readonly string[];
  readonly question: Question;
  /** What was asked instead of a peer that keeps the records itself. */
  readonly inSession?: SessionQuestion;
  readonly answer: object;
}

/** A kind of mistake, which may occur in many places: the same fields, whatever their values. */
export interface Mistake {
  /** As in its mismatches. */
  readonly mistake: string;
  readonly count: number;
  readonly tests: number;
  readonly places: readonly string[];
}

/** The smallest question, history or path with the same mistake. */
export interface Reproducer {
  readonly mistake: string;
  /** For `conform --only`: the original question. */
  readonly id: string;
  /** Whether a fresh peer also answers it wrongly. If not, the peer keeps hidden state. */
  readonly isWrongAlone: boolean;
  /** The values that matter, as `path = value`. With an ordinary value in place of any of them, the answer is right. */
  readonly matters: readonly string[];
  /** If it is right alone, the places of the fewest questions that lead to it, itself last; empty if unknown. */
  readonly history: readonly string[];
  /** For a session: the fewest paths that must be open together, with the fewest events; empty if not reproduced. */
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

/** The result of one test of a conformance run. */
export interface TestOutcome {
  readonly name: string;
  readonly events: number;
  /** The number of compared answers. If not all were, the test has not passed. */
  readonly compared: number;
  /** `null` for a test that passed, otherwise its first problem. */
  readonly problem: string | null;
  /** The kind of problem: a wrong answer, a failed peer, or something that was not compared. */
  readonly fault: 'answer' | 'peer' | 'untested' | null;
  /** The last events up to the problem, one line each; empty if no single question has it. */
  readonly trail: readonly string[];
  /** The number of the event with the problem, from 1; `null` for single questions. */
  readonly step: number | null;
  /** Questions not answered because the peer does not support them or was abandoned. */
  readonly skipped: number;
  /** How long its questions took, in milliseconds; questions of several tests may be open at once. */
  readonly durationMs: number;
}

/**
 * Who kept the records. `question`: each question carried its record, so the peer saw single steps. `session`: the peer
 * kept them over whole paths, several hosts at once. `mirror`: a control plane kept them.
 */
export type RecordKeeper = 'question' | 'session' | 'mirror';

/** The result of comparing another implementation with the chart. */
export interface ConformanceReport {
  readonly format: 'nixfleet-conformance';
  readonly version: 1;
  readonly mode: RecordKeeper;
  /** `nothing-asserted` is also a failure: there were no tests, or some did not compare everything. */
  readonly verdict: 'conforms' | 'differs' | 'peer-failed' | 'nothing-asserted';
  readonly asked: number;
  readonly matched: number;
  readonly mismatched: number;
  readonly failed: number;
  readonly notAsked: number;
  /** Tests without a wrong answer in which not everything was asked or supported. */
  readonly untested: number;
  readonly unsupported: { readonly [Op in Operation | SessionOperation]?: number };
  /** How many events of each side were compared, and how many the peer does not support. */
  readonly hostEvents: { readonly [Whose in Side]: { readonly compared: number; readonly unsupported: number } };
  readonly mismatches: readonly Mismatch[];
  readonly mistakes: readonly Mistake[];
  /** For the first mistakes, the smallest question that shows each; empty if not requested. */
  readonly reproducers: readonly Reproducer[];
  readonly failures: readonly Failure[];
  /** Problems that no single request caused. */
  readonly unexplained: readonly PeerProblem[];
  /** How many batches came back out of order, and an example. */
  readonly disorder: { readonly count: number; readonly example: string | null };
  /** After how many problems the peer was abandoned; `null` if everything was asked. */
  readonly givenUpAfter: number | null;
  readonly restarts: number;
  /** Why not everything was asked, for example `--quick 200`; empty for a full run. */
  readonly restrictions: readonly string[];
  /** Criteria not reached, and coverage below the requirement, one sentence each. */
  readonly shortfalls: readonly string[];
  readonly tests: readonly TestOutcome[];
  readonly coverage: CoverageReport;
}
