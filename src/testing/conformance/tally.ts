import { measureCoverage, type Shown } from '../coverage/measure-coverage.ts';
import type { Scope } from '../coverage/dimension.ts';
import { differenceText, type Difference } from '../difference.ts';
import { isObject } from '../../text/index.ts';
import { sideOf } from '../side.ts';
import { answerDifferences } from './answer-differences.ts';
import type { AskListener, ExerciseOutcome } from './ask-exercises.ts';
import type { ConformanceReport, Failure, Mismatch, RecordKeeper, TestOutcome } from './conformance-report.ts';
import { askedBy, type Exercise } from './exercise.ts';
import type { PeerProblem } from './peer.ts';
import type { Operation, SessionOperation } from './protocol.ts';
import { mistakeOf } from './mistake.ts';
import { questionId } from './question-id.ts';
import { trailLength, trailLines, trailOf } from './trail.ts';

type Mutable<Value> = { -readonly [Field in keyof Value]: Value[Field] };

/** A test, and why its first skipped question was skipped. */
interface RunningTest extends Mutable<TestOutcome> {
  whySkipped: string;
}

interface RunningMistake {
  count: number;
  readonly first: Exercise;
  readonly tests: Set<string>;
  readonly places: Set<string>;
}

/** How many kinds of mismatch are kept in full. Others are only counted. */
const MAX_KINDS = 100;

export interface Tally extends AskListener {
  /** Like `outcome`, but for an answer. Returns whether it was right. */
  readonly judge: (exercise: Exercise, answer: object) => boolean;
  /** The first exercise that showed each mistake, by the mistake. */
  readonly firstWrong: () => ReadonlyMap<string, Exercise>;
  readonly report: () => ConformanceReport;
}

/** A mirror shows the record or a part of it, and only refusals with their own status. */
function shownBy({ expected }: Exercise, answer: object): Shown {
  if (!('mirror' in expected)) return { state: true, record: true, effects: true, acceptance: true, refusal: true };
  const mirror: unknown = Reflect.get(answer, 'mirror');
  const isWhole = isObject(mirror) && Object.keys(expected.mirror).every((field) => Object.hasOwn(mirror, field));
  return { state: true, record: isWhole, effects: false, acceptance: true, refusal: expected.status !== 204 };
}

/** Tallies the answers. Memory grows with the number of tests, not of questions. */
export function tallyAnswers(scope: Scope, mode: RecordKeeper, clock: () => number = () => performance.now()): Tally {
  let lastAt = clock();
  const coverage = measureCoverage(scope);
  const mismatches = new Map<string, Mutable<Mismatch>>();
  const mistakes = new Map<string, RunningMistake>();
  const failures = new Map<string, Mutable<Failure>>();
  const tests = new Map<string, RunningTest>();
  const unsupported = new Map<Operation | SessionOperation, number>();
  const hostEvents = { agent: { compared: 0, unsupported: 0 }, 'control-plane': { compared: 0, unsupported: 0 } };
  const unexplained: PeerProblem[] = [];
  let givenUpAfter: number | null = null;
  const counts = { asked: 0, matched: 0, mismatched: 0, failed: 0, notAsked: 0, restarts: 0 };
  const disorder: Mutable<ConformanceReport['disorder']> = { count: 0, example: null };

  function testOf({ group }: Exercise): RunningTest {
    const known = tests.get(group);
    if (known !== undefined) return known;
    const nothing = { problem: null, fault: null, trail: [], step: null, durationMs: 0 } as const;
    const test = { name: group, events: 0, compared: 0, ...nothing, skipped: 0, whySkipped: '' };
    tests.set(group, test);
    return test;
  }

  /** Only the first problem of a test is reported, because the rest may follow from it. */
  function blame(exercise: Exercise, fault: 'answer' | 'peer', problem: string): void {
    const test = testOf(exercise);
    if (test.problem !== null) return;
    const step = exercise.within === null ? null : exercise.within.index + 1;
    Object.assign(test, { problem, fault, step, trail: trailLines(trailOf(exercise)) });
  }

  function judge(exercise: Exercise, answer: object, isReused = false): boolean {
    const test = testOf(exercise);
    const { op } = askedBy(exercise);
    if ('unsupported' in answer && answer.unsupported === true) {
      unsupported.set(op, (unsupported.get(op) ?? 0) + 1);
      if (exercise.visit !== null) hostEvents[sideOf(exercise.visit.event.type)].unsupported += 1;
      leaveOut(exercise, `the peer does not support ${op}`);
      if (exercise.visit !== null) coverage.leaveUncompared();
      return false;
    }
    test.compared += 1;
    if (exercise.visit !== null) {
      hostEvents[sideOf(exercise.visit.event.type)].compared += 1;
    }
    const found = answerDifferences(exercise, answer);
    if (exercise.visit !== null) {
      const isRight = found.length === 0;
      if (isRight && exercise.within?.index === 0) coverage.begin(exercise.visit.before);
      coverage.run(exercise.visit, { shown: shownBy(exercise, answer), isRight });
    }
    if (found.length === 0) {
      if (!isReused) counts.matched += 1;
      return true;
    }
    if (!isReused) counts.mismatched += 1;
    blame(exercise, 'answer', found.map(differenceText).join('; '));
    keepMismatch(exercise, answer, found);
    return false;
  }

  function keepMismatch(exercise: Exercise, answer: object, found: readonly Difference[]): void {
    const mistake = mistakeOf(found);
    const isNew = countMistake(mistake, exercise);
    const key = `${exercise.place}\n${mistake}`;
    const known = mismatches.get(key);
    if (known !== undefined) known.count += 1;
    // At least one example of each mistake is kept.
    if (known === undefined ? mismatches.size >= MAX_KINDS && !isNew : known.trail.length <= trailLength(exercise))
      return;
    const { place, group: test, question, inSession } = exercise;
    const trail = trailOf(exercise);
    const count = known?.count ?? 1;
    mismatches.set(key, {
      id: questionId(question),
      place,
      mistake,
      count,
      differences: found,
      test,
      trail,
      question,
      ...(inSession === undefined ? {} : { inSession }),
      answer,
    });
  }

  /** Returns whether this mistake is new. */
  function countMistake(mistake: string, first: Exercise): boolean {
    const { group, place } = first;
    const known = mistakes.get(mistake);
    if (known === undefined) {
      if (mistakes.size >= MAX_KINDS) return false;
      mistakes.set(mistake, { count: 1, first, tests: new Set([group]), places: new Set([place]) });
      return true;
    }
    known.count += 1;
    known.tests.add(group);
    known.places.add(place);
    return false;
  }

  function fail(exercise: Exercise, problem: PeerProblem): void {
    counts.failed += 1;
    if (exercise.visit !== null) coverage.skip();
    keepFailure(exercise, problem);
  }

  function keepFailure(exercise: Exercise, problem: PeerProblem): void {
    blame(exercise, 'peer', problem.message);
    const { place, group: test, question } = exercise;
    const key = `${place}\n${problem.kind}`;
    const known = failures.get(key);
    if (known !== undefined) known.count += 1;
    else if (failures.size < MAX_KINDS) failures.set(key, { place, test, count: 1, problem, question });
  }

  function leaveOut(exercise: Exercise, why: string): void {
    const test = testOf(exercise);
    if (test.skipped === 0) test.whySkipped = why;
    test.skipped += 1;
  }

  function skip(exercise: Exercise, why: string): void {
    leaveOut(exercise, why);
    if (exercise.visit !== null) coverage.skip();
  }

  function verdict(untested: number): ConformanceReport['verdict'] {
    if (counts.mismatched > 0) return 'differs';
    if (failures.size + counts.notAsked + unexplained.length + disorder.count > 0) return 'peer-failed';
    return counts.matched > 0 && untested === 0 ? 'conforms' : 'nothing-asserted';
  }

  /** A test that did not compare everything has not passed, whatever the reason. */
  function judgedTests(): Pick<ConformanceReport, 'verdict' | 'untested' | 'tests'> {
    let untested = 0;
    const judged = [...tests.values()].map(({ whySkipped, ...test }): TestOutcome => {
      if (test.problem !== null || test.skipped === 0) return test;
      untested += 1;
      const { compared, events } = test;
      const what = compared === 0 ? 'nothing was compared' : `only ${compared} of ${events} answers were compared`;
      return { ...test, fault: 'untested', problem: `${what}: ${whySkipped}` };
    });
    return { verdict: verdict(untested), untested, tests: judged };
  }

  /** Attributes the time since the last event to this test. */
  function countEvent(exercise: Exercise): void {
    const test = testOf(exercise);
    const at = clock();
    test.events += 1;
    test.durationMs += at - lastAt;
    lastAt = at;
  }

  return {
    judge: (exercise, answer) => {
      countEvent(exercise);
      counts.asked += 1;
      return judge(exercise, answer);
    },
    outcome: (exercise: Exercise, outcome: ExerciseOutcome) => {
      countEvent(exercise);
      if (outcome.kind === 'not-asked') {
        counts.notAsked += 1;
        skip(exercise, outcome.why);
        return false;
      }
      const isReused = outcome.kind === 'answered' && outcome.isReused;
      if (!isReused) counts.asked += 1;
      if (outcome.kind === 'answered') return judge(exercise, outcome.answer, isReused);
      fail(exercise, outcome.problem);
      return false;
    },
    firstWrong: () => new Map([...mistakes].map(([mistake, { first }]) => [mistake, first])),
    unexplained: (problem) => {
      if (unexplained.length < MAX_KINDS) unexplained.push(problem);
    },
    repeated: keepFailure,
    givenUp: (problems) => {
      givenUpAfter = problems;
    },
    disorder: (example) => {
      disorder.count += 1;
      disorder.example ??= example;
    },
    restarted: () => {
      counts.restarts += 1;
    },
    report: () => ({
      format: 'nixfleet-conformance',
      version: 1,
      mode,
      ...judgedTests(),
      ...counts,
      unsupported: Object.fromEntries(unsupported),
      hostEvents,
      mismatches: [...mismatches.values()].sort((a, b) => a.trail.length - b.trail.length),
      mistakes: [...mistakes].map(([mistake, { count, tests: groups, places }]) => ({
        mistake,
        count,
        tests: groups.size,
        places: [...places],
      })),
      reproducers: [],
      failures: [...failures.values()],
      unexplained,
      disorder,
      givenUpAfter,
      restrictions: [],
      shortfalls: [],
      coverage: coverage.report(),
    }),
  };
}
