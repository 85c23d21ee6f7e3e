import { askedBy, type Exercise } from './exercise.ts';
import type { BatchEnd, Peer, PeerProblem } from './peer.ts';
import { questionId } from './question-id.ts';

export interface AskOptions {
  readonly start: () => Peer;
  /** How many requests may be open at once. */
  readonly batchSize: number;
  /** After this many problems, conform abandons the peer and does not ask the rest. */
  readonly maxProblems: number;
  /** Ends the run. Open questions then count as not asked. */
  readonly signal?: AbortSignal;
}

/** The outcome of one exercise. */
export type ExerciseOutcome =
  | {
      readonly kind: 'answered';
      readonly answer: object;
      /** Whether the same question was answered before and not asked again. */
      readonly isReused: boolean;
    }
  | { readonly kind: 'failed'; readonly problem: PeerProblem }
  | { readonly kind: 'not-asked'; readonly why: string };

/** Why questions are not asked after too many problems, or after Ctrl-C. */
export const GIVEN_UP = 'the peer had been abandoned';
/** Why the rest of a path is not asked once the peer's record has left it. */
export const OFF_PATH = 'the path ended at its first wrong answer';

export interface AskListener {
  /** Returns whether the answer is right. */
  readonly outcome: (exercise: Exercise, outcome: ExerciseOutcome) => boolean;
  /** A problem not caused by any single question. Its message says why, unless that is obvious. */
  readonly unexplained: (problem: PeerProblem) => void;
  /** A question that was answered properly, and then a second time. */
  readonly repeated: (exercise: Exercise, problem: PeerProblem) => void;
  /** The peer was abandoned after this many problems. */
  readonly givenUp: (problems: number) => void;
  readonly disorder: (example: string) => void;
  readonly restarted: () => void;
}

/** How many answered questions are remembered, to recognise second answers. */
const REMEMBERED = 1_000;

interface Left {
  /** Why some questions were not answered. */
  readonly problem: PeerProblem | null;
  readonly open: readonly Open[];
  /** Whether an earlier question, which is no longer open, is to blame. */
  readonly isOfAnother: boolean;
}

interface Open {
  readonly id: number;
  readonly exercise: Exercise;
}

/**
 * Asks everything in batches. When the peer fails, it is restarted, and open questions are asked one by one, so that
 * the request that brings it down is identified and all others are still answered.
 */
export async function askExercises(
  exercises: Iterable<Exercise>,
  { start, batchSize, maxProblems, signal }: AskOptions,
  listener: AskListener,
): Promise<void> {
  const running: { peer: Peer | null } = { peer: null };
  let problems = 0;
  let nextId = 1;
  let hasEverAnswered = false;
  let hasLeftOut = false;
  const answered = new Map<number, Exercise>();

  const questions = distinctQuestions(listener);
  for (const batch of inBatches(questions.fresh(exercises), batchSize)) {
    if (isStopped()) break;
    const open = batch.map((exercise): Open => ({ id: nextId++, exercise }));
    const left = await ask(open);
    if (left.problem !== null && (left.isOfAnother || left.open.length > 1)) await askOneByOne(left);
    else if (left.problem !== null) blame(left.open, left.problem);
  }
  const more = await running.peer?.close();
  if (more !== undefined && !isStopped()) blameForMore(more);
  if (hasLeftOut) listener.givenUp(problems);

  function isStopped(): boolean {
    return signal?.aborted === true;
  }

  function isGivenUp(): boolean {
    return problems >= maxProblems || (problems >= 2 && !hasEverAnswered);
  }

  function blame(open: readonly Open[], problem: PeerProblem): void {
    for (const { exercise } of open) questions.settle(exercise, { kind: 'failed', problem });
  }

  async function askOneByOne({ open, problem, isOfAnother }: Left): Promise<void> {
    let isExplained = isOfAnother;
    for (const one of open) {
      let again = await ask([{ ...one, id: nextId++ }]);
      // Another question got in its way. This loop ends, because each time counts as a problem.
      while (again.isOfAnother && again.open.length > 0) again = await ask([{ ...one, id: nextId++ }]);
      if (again.problem === null || again.isOfAnother) continue;
      isExplained = true;
      blame(again.open, again.problem);
    }
    if (isExplained || problem === null) return;
    // If the peer was abandoned meanwhile, not all of them were asked.
    const why = hasLeftOut ? '' : ' This did not come again when each question was asked alone.';
    listener.unexplained({ ...problem, message: `${problem.message}${why}` });
  }

  /** Returns what is still open afterwards, and why; nothing if the peer was abandoned. */
  async function ask(open: readonly Open[]): Promise<Left> {
    if (isGivenUp() || isStopped()) {
      hasLeftOut ||= open.length > 0 && isGivenUp();
      for (const { exercise } of open) questions.settle(exercise, { kind: 'not-asked', why: GIVEN_UP });
      return { problem: null, open: [], isOfAnother: false };
    }
    if (running.peer === null && problems > 0) listener.restarted();
    running.peer ??= start();
    const end = await running.peer.ask(open.map(({ id, exercise }) => ({ id, ...askedBy(exercise) })));
    const unanswered = tell(open, end);
    if (end.problem === null) return { problem: null, open: [], isOfAnother: false };
    if (isStopped()) {
      for (const { exercise } of unanswered) listener.outcome(exercise, { kind: 'not-asked', why: GIVEN_UP });
      return { problem: null, open: [], isOfAnother: false };
    }
    problems += 1;
    running.peer = null;
    const isOfAnother = end.repeated !== undefined;
    if (isOfAnother) tellRepeated(end.repeated, end.problem);
    return { problem: end.problem, open: unanswered, isOfAnother };
  }

  /** A problem after the last answer. */
  function blameForMore({ problem, repeated }: BatchEnd): void {
    if (problem === null) return;
    if (repeated === undefined) listener.unexplained(problem);
    else tellRepeated(repeated, problem);
  }

  function tellRepeated(id: number, problem: PeerProblem): void {
    const exercise = answered.get(id);
    if (exercise === undefined) listener.unexplained(problem);
    else listener.repeated(exercise, { ...problem, message: `It answered ${id} (${exercise.place}) a second time.` });
  }

  function remember({ id, exercise }: Open): void {
    answered.set(id, exercise);
    const [oldest] = answered.keys();
    if (answered.size > REMEMBERED && oldest !== undefined) answered.delete(oldest);
  }

  function tell(open: readonly Open[], { answers, disorder }: BatchEnd): readonly Open[] {
    if (answers.size > 0) hasEverAnswered = true;
    if (disorder !== null) listener.disorder(disorder);
    return open.filter(({ id, exercise }) => {
      const answer = answers.get(id);
      if (answer !== undefined) {
        remember({ id, exercise });
        questions.settle(exercise, { kind: 'answered', answer, isReused: false });
      }
      return answer === undefined;
    });
  }
}

/**
 * Paths of different criteria start with the same events. A question is asked once, and its outcome holds for all
 * exercises that ask it, unless an exercise tests for hidden state.
 */
function distinctQuestions(listener: Pick<AskListener, 'outcome'>) {
  /** By question: its outcome, or the exercises waiting for it. */
  const known = new Map<string, ExerciseOutcome | Exercise[]>();
  const keyOf = ({ question }: Exercise): string => questionId(question);
  const reused = (outcome: ExerciseOutcome): ExerciseOutcome =>
    outcome.kind === 'answered' ? { ...outcome, isReused: true } : outcome;

  return {
    *fresh(exercises: Iterable<Exercise>): Generator<Exercise> {
      for (const exercise of exercises) {
        if (exercise.showsMemory !== undefined) {
          yield exercise;
          continue;
        }
        const key = keyOf(exercise);
        const before = known.get(key);
        if (before === undefined) {
          known.set(key, []);
          yield exercise;
        } else if (Array.isArray(before)) before.push(exercise);
        else listener.outcome(exercise, reused(before));
      }
    },
    settle(exercise: Exercise, outcome: ExerciseOutcome): void {
      listener.outcome(exercise, outcome);
      if (exercise.showsMemory !== undefined) return;
      const key = keyOf(exercise);
      const waiting = known.get(key);
      known.set(key, outcome);
      if (Array.isArray(waiting)) for (const each of waiting) listener.outcome(each, reused(outcome));
    },
  };
}

function* inBatches<Item>(items: Iterable<Item>, size: number): Generator<readonly Item[]> {
  let batch: Item[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
