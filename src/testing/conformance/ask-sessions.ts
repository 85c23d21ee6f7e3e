import type { TestPath } from '../test-path.ts';
import { GIVEN_UP, OFF_PATH, type AskListener, type AskOptions } from './ask-exercises.ts';
import { askedBy, type Exercise } from './exercise.ts';
import type { Peer, PeerProblem } from './peer.ts';
import { sessionExercises } from './session-paths.ts';

/** A path that is being asked. */
interface Running {
  readonly exercises: readonly Exercise[];
  /** How many of them are settled. */
  settled: number;
  /** Whether the peer's own record has left the path. */
  isOff: boolean;
}

const begun = (exercises: readonly Exercise[]): Running => ({ exercises, settled: 0, isOff: false });
const isOver = ({ exercises, settled }: Running): boolean => settled >= exercises.length;

/**
 * Asks a peer that keeps the records itself. The paths of a group run side by side, one event of each in turn. When the
 * peer fails, its records are lost. Each path of the group then runs again from its start, alone, so that the one that
 * brings the peer down is identified. A path ends at its first wrong answer, because the peer's record has left it.
 *
 * A peer that does not open the first session does not support sessions: the listener gets that one answer, and nothing
 * else is asked.
 */
export async function askSessions(
  groups: Iterable<readonly TestPath[]>,
  { start, batchSize, maxProblems, signal }: AskOptions,
  listener: AskListener,
): Promise<void> {
  let peer: Peer | null = null;
  let problems = 0;
  let nextId = 1;
  let isSupported: boolean | null = null;
  let hasLeftOut = false;

  for (const group of groups) {
    const running = group.map((path) => begun(sessionExercises(path)));
    const [first] = running;
    if (isSupported === null && first !== undefined) {
      isSupported = await opens(first);
      if (!isSupported) break;
    }
    await runTogether(running);
    if (signal?.aborted === true) break;
  }
  // TypeScript does not see that `askOnce` has set it.
  const last = peer as Peer | null;
  const more = await last?.close();
  if (more?.problem !== undefined && more.problem !== null) listener.unexplained(more.problem);
  if (hasLeftOut) listener.givenUp(problems);

  function isGivenUp(): boolean {
    return problems >= maxProblems || signal?.aborted === true;
  }

  async function runTogether(running: readonly Running[]): Promise<void> {
    let open = running.filter((each) => !isOver(each));
    while (open.length > 0) {
      for (let from = 0; from < open.length; from += batchSize) {
        const problem = await askOnce(open.slice(from, from + batchSize));
        if (problem === null) continue;
        await runAlone(running, problem);
        return;
      }
      open = open.filter((each) => !isOver(each));
    }
  }

  /** Runs each path alone from its start, on a fresh peer. */
  async function runAlone(running: readonly Running[], problem: PeerProblem): Promise<void> {
    let isExplained = false;
    for (const one of running.filter((each) => !isOver(each))) {
      const again = begun(one.exercises);
      while (!isOver(again)) {
        const found = await askOnce([again], one.settled);
        if (found === null) continue;
        const [blamed, ...rest] = one.exercises.slice(Math.max(again.settled, one.settled));
        if (blamed !== undefined) listener.outcome(blamed, { kind: 'failed', problem: found });
        leaveOut(rest, 'the peer failed before');
        isExplained = true;
        again.settled = one.exercises.length;
      }
      one.settled = one.exercises.length;
    }
    if (isExplained) return;
    const why = hasLeftOut ? '' : ' This did not come again when each path ran alone.';
    listener.unexplained({ ...problem, message: `${problem.message}${why}` });
  }

  function leaveOut(exercises: readonly Exercise[], why: string): void {
    hasLeftOut ||= exercises.length > 0 && why === GIVEN_UP && problems >= maxProblems;
    for (const exercise of exercises) listener.outcome(exercise, { kind: 'not-asked', why });
  }

  /** Whether the peer has sessions, according to its answer to the first question. */
  async function opens(path: Running): Promise<boolean> {
    const question = begun(path.exercises.slice(0, 1));
    const problem = await askOnce([question]);
    if (problem !== null) await runAlone([question], problem);
    path.settled = 1;
    return problem === null && !question.isOff;
  }

  /**
   * The next question of each path. Paths settled before `known` are not reported again.
   *
   * @returns why the peer failed; `null` if it did not
   */
  async function askOnce(paths: readonly Running[], known = 0): Promise<PeerProblem | null> {
    const asked = paths.flatMap((path) => {
      const exercise = path.exercises[path.settled];
      return exercise === undefined ? [] : [{ id: nextId++, path, exercise }];
    });
    if (isGivenUp()) {
      for (const { path } of asked) {
        leaveOut(path.exercises.slice(Math.max(path.settled, known)), GIVEN_UP);
        path.settled = path.exercises.length;
      }
      return null;
    }
    if (peer === null && problems > 0) listener.restarted();
    peer ??= start();
    const end = await peer.ask(asked.map(({ id, exercise }) => ({ id, ...askedBy(exercise) })));
    if (end.disorder !== null) listener.disorder(end.disorder);
    for (const { id, path, exercise } of asked) {
      const answer = end.answers.get(id);
      if (answer === undefined) continue;
      const isKnown = path.settled < known;
      const isRight = isKnown || listener.outcome(exercise, { kind: 'answered', answer, isReused: false });
      path.settled += 1;
      if (isRight) continue;
      path.isOff = true;
      leaveOut(path.exercises.slice(path.settled), OFF_PATH);
      path.settled = path.exercises.length;
    }
    if (end.problem === null) return null;
    problems += 1;
    peer = null;
    return signal?.aborted === true ? null : end.problem;
  }
}
