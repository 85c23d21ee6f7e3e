import { sides } from '../side.ts';
import { suitePolicies } from '../suite.ts';
import type { Scope } from '../coverage/dimension.ts';
import { askExercises, type AskOptions } from './ask-exercises.ts';
import type { ConformanceReport } from './conformance-report.ts';
import type { Exercise } from './exercise.ts';
import type { StartTimer } from './in-time.ts';
import { reproduce } from './reproduce.ts';
import { askSessions } from './ask-sessions.ts';
import type { TestPath } from '../test-path.ts';
import { startPeerProcess } from './peer-process.ts';
import { tallyAnswers } from './tally.ts';

/** The implementation to ask, and how. */
export interface ConformOptions extends Partial<Omit<AskOptions, 'start'>> {
  /** A command line that starts the other implementation, or a function that makes a peer. */
  readonly peer: string | AskOptions['start'];
  /** The part of the chart whose coverage is measured. */
  readonly scope?: Scope;
  /** How long the peer may be silent while requests are open. */
  readonly timeoutMs?: number;
  /** Measures silence. Tests substitute their own. */
  readonly startTimer?: StartTimer;
  /** Paths for a peer that keeps the records itself, in groups that run side by side. */
  readonly sessions?: Iterable<readonly TestPath[]>;
  /** Reduces each of the first mistakes to the smallest question that shows it. */
  readonly reduces?: boolean;
  /** Called after each question with their number so far. */
  readonly onProgress?: (questions: number) => void;
}

/** The defaults for asking a peer. */
export const CONFORM_DEFAULTS = { batchSize: 64, maxProblems: 10, timeoutMs: 10_000 } as const;

/** Asks another implementation all questions, and reports where it differs. */
export async function conform(exercises: Iterable<Exercise>, options: ConformOptions): Promise<ConformanceReport> {
  const { batchSize, maxProblems, timeoutMs } = { ...CONFORM_DEFAULTS, ...options };
  const { peer, signal, onProgress, startTimer } = options;
  const timer = startTimer === undefined ? {} : { startTimer };
  const stop = signal === undefined ? {} : { signal };
  const start =
    typeof peer === 'string' ? () => startPeerProcess({ command: peer, timeoutMs, ...stop, ...timer }) : peer;
  const { sessions } = options;
  const scope = options.scope ?? { sides, policies: suitePolicies };
  const tally = tallyAnswers(scope, sessions === undefined ? 'question' : 'session');
  let questions = 0;
  /** What each process of the peer was asked. */
  const logs: Exercise[][] = [[]];
  const groups = new Map<TestPath, readonly TestPath[]>();
  const restarted = (): void => {
    tally.restarted();
    logs.push([]);
  };
  const outcome: typeof tally.outcome = (exercise, what) => {
    const isRight = tally.outcome(exercise, what);
    questions += 1;
    onProgress?.(questions);
    if (what.kind === 'answered' && !what.isReused) logs.at(-1)?.push(exercise);
    return isRight;
  };
  const asking = { start, batchSize, maxProblems, ...stop };
  await askExercises(exercises, asking, { ...tally, outcome, restarted });
  if (sessions !== undefined) await askSessions(remembered(sessions, groups), asking, { ...tally, outcome, restarted });
  const report = tally.report();
  if (options.reduces !== true || signal?.aborted === true) return report;
  const reproducers = await reproduce(tally.firstWrong(), start, {
    before: (exercise) => {
      const log = logs.find((each) => each.includes(exercise)) ?? [];
      return log.slice(0, log.indexOf(exercise));
    },
    together: (path) => groups.get(path) ?? [path],
  });
  return { ...report, reproducers };
}

function* remembered(
  sessions: Iterable<readonly TestPath[]>,
  groups: Map<TestPath, readonly TestPath[]>,
): Generator<readonly TestPath[]> {
  for (const group of sessions) {
    for (const path of group) groups.set(path, group);
    yield group;
  }
}
