import { answerOf } from '../answer.ts';
import { differenceText } from '../difference.ts';
import { engines } from '../engine.ts';
import { recordIn } from '../state-start.ts';
import { answerDifferences } from './answer-differences.ts';
import { answerQuestion } from './answer-question.ts';
import type { AskListener } from './ask-exercises.ts';
import { askSessions } from './ask-sessions.ts';
import type { Reproducer } from './conformance-report.ts';
import type { Exercise } from './exercise.ts';
import { loneExercise } from './host-exercises.ts';
import { mistakeOf } from './mistake.ts';
import type { Peer } from './peer.ts';
import type { Question } from './protocol.ts';
import { questionId } from './question-id.ts';
import { onRecord } from './session-paths.ts';
import { shorten, type ShortenLimits } from '../shorten.ts';
import type { PathStep, TestPath } from '../test-path.ts';

/** How many mistakes are reduced. Each takes a few dozen questions. */
const MAX_REDUCED = 5;
/** How many of those may need a history, which takes many questions. */
const MAX_HISTORIES = 2;
const HISTORY_LIMITS: ShortenLimits = { trials: 60, items: 60_000 };
const BATCH = 64;

/** What else was asked: a mistake may depend on it. */
export interface AskedLog {
  /** Everything that the peer was asked from its start to this exercise. */
  readonly before: (exercise: Exercise) => readonly Exercise[];
  /** The paths of sessions open at the same time, including this one. */
  readonly together: (path: TestPath) => readonly TestPath[];
}

/**
 * Asks the first question of each mistake again, alone, and simplifies it while it is still answered wrongly. If it is
 * right alone, finds the shortest history after which it is wrong; in a session, the shortest paths.
 */
export async function reproduce(
  wrong: ReadonlyMap<string, Exercise>,
  start: () => Peer,
  log: AskedLog,
): Promise<readonly Reproducer[]> {
  const reproducers: Reproducer[] = [];
  let histories = 0;
  for (const [mistake, exercise] of [...wrong].slice(0, MAX_REDUCED)) {
    if (exercise.inSession === undefined) {
      const alone = await reproduceAlone(mistake, exercise, start);
      histories += alone.isWrongAlone ? 0 : 1;
      const isLong = !alone.isWrongAlone && histories <= MAX_HISTORIES;
      reproducers.push(isLong ? await withHistory(alone, exercise, start, log) : alone);
    } else reproducers.push(await reproduceSession(mistake, exercise, start, log));
  }
  return reproducers;
}

const lineOf = (mistake: string, question: Question): string =>
  `${JSON.stringify({ id: mistake, in: question, out: answerQuestion(question) })}\n`;

async function reproduceAlone(mistake: string, { question }: Exercise, start: () => Peer): Promise<Reproducer> {
  const peer = start();
  const differencesOf = askerOf(peer, mistake);
  const alone = await differencesOf(question);
  const smallest = alone === null ? question : await reduce(question, differencesOf);
  const differences = alone === null ? [] : ((await differencesOf(smallest)) ?? alone);
  await peer.close();
  return {
    mistake,
    id: questionId(question),
    isWrongAlone: alone !== null,
    matters: alone === null ? [] : oddValues(smallest),
    history: [],
    paths: [],
    differences,
    line: lineOf(mistake, smallest),
  };
}

/** The shortest list of questions, in the order asked, after which this one is wrong. */
async function withHistory(
  alone: Reproducer,
  exercise: Exercise,
  start: () => Peer,
  log: AskedLog,
): Promise<Reproducer> {
  const fails = async (history: readonly Exercise[]): Promise<boolean> => {
    const peer = start();
    const asked = [...history, exercise];
    let last: object | undefined;
    for (let from = 0; from < asked.length; from += BATCH) {
      const batch = asked.slice(from, from + BATCH);
      const { answers, problem } = await peer.ask(
        batch.map(({ question }, index) => ({ id: from + index + 1, ...question })),
      );
      if (problem !== null) return false;
      last = answers.get(asked.length);
    }
    await peer.close();
    if (last === undefined) return false;
    const found = answerDifferences(exercise, last);
    return found.length > 0 && mistakeOf(found) === alone.mistake;
  };
  const before = log.before(exercise);
  if (!(await fails(before))) return alone;
  const history = [...(await shorten(before, fails, HISTORY_LIMITS)), exercise];
  return {
    ...alone,
    history: history.map(({ place }) => place),
    line: history.map(({ question }) => lineOf(alone.mistake, question)).join(''),
  };
}

/** One event of one of several paths. */
interface Moment {
  readonly path: TestPath;
  readonly step: PathStep;
}

/** The fewest paths that must be open together, with the fewest events. */
async function reproduceSession(
  mistake: string,
  { within, question }: Exercise,
  start: () => Peer,
  log: AskedLog,
): Promise<Reproducer> {
  if (within === null) throw new Error('A session is asked about a path.');
  const runs = async (paths: readonly TestPath[]): Promise<readonly string[] | null> => {
    let differences: readonly string[] | null = null;
    const outcome: AskListener['outcome'] = (exercise, came) => {
      if (came.kind !== 'answered') return false;
      const found = answerDifferences(exercise, came.answer);
      if (found.length > 0 && mistakeOf(found) === mistake) differences ??= found.map(differenceText);
      return found.length === 0;
    };
    await askSessions([paths], { start, batchSize: BATCH, maxProblems: 1 }, { ...SILENT, outcome });
    return differences;
  };
  const fails = async (paths: readonly TestPath[]): Promise<boolean> => (await runs(paths)) !== null;
  const { path } = within;
  const nothing = { mistake, id: questionId(question), isWrongAlone: false, matters: [], history: [], differences: [] };
  const isWrongAlone = await fails([path]);
  const together = log.together(path);
  if (!isWrongAlone && !(await fails(together))) return { ...nothing, paths: [], line: walkLine(mistake, path) };
  const paths = isWrongAlone ? [path] : await shorten(together, fails, HISTORY_LIMITS);
  const moments = paths.flatMap((each) => each.steps.map((step): Moment => ({ path: each, step })));
  const built = (kept: readonly Moment[]): readonly TestPath[] =>
    paths.map((each) => {
      const steps = kept.filter(({ path: of }) => of === each).map(({ step }) => step);
      return onRecord(each, each.start, steps);
    });
  const shortest = built(await shorten(moments, async (kept) => await fails(built(kept)), HISTORY_LIMITS));
  return {
    ...nothing,
    isWrongAlone,
    paths: shortest,
    differences: (await runs(shortest)) ?? [],
    line: shortest.map((each) => walkLine(mistake, each)).join(''),
  };
}

const SILENT: Omit<AskListener, 'outcome'> = {
  unexplained: () => {},
  repeated: () => {},
  givenUp: () => {},
  disorder: () => {},
  restarted: () => {},
};

const walkLine = (mistake: string, { start, policy, steps }: TestPath): string =>
  `${JSON.stringify({
    id: mistake,
    in: { op: 'walk', initial: start, policy, events: steps.map(({ event, now }) => ({ event, now })) },
    out: steps.map(({ expected }) => answerOf(expected)),
  })}\n`;

type Asker = (question: Question) => Promise<readonly string[] | null>;

/** What is wrong with the peer's answer; `null` if it is right, wrong in another way, or missing. */
function askerOf(peer: Peer, mistake: string): Asker {
  let id = 0;
  return async (question) => {
    id += 1;
    const { answers } = await peer.ask([{ id, ...question }]);
    const answer = answers.get(id);
    if (answer === undefined) return null;
    const found = answerDifferences(loneExercise('', '', question), answer);
    return found.length > 0 && mistakeOf(found) === mistake ? found.map(differenceText) : null;
  };
}

/** A part of a question and its ordinary value. */
interface Place {
  readonly path: readonly string[];
  readonly plain: unknown;
}

/** The values of a step that can be made ordinary. */
function placesOf(question: Question): readonly Place[] {
  if (question.op !== 'step') return [];
  const { state, event, policy } = question;
  const plain = recordIn(state.state);
  const at = plain.dispatchedAt + 60_000;
  const { lastEventSeq: _, ...record } = plain;
  const usual = engines.host.usual(event.type, plain, at, policy);
  const entries = (part: string, values: object): readonly Place[] =>
    Object.entries(values)
      .filter(([field]) => field !== 'type' && field !== 'seq' && field !== 'state')
      .map(([field, value]) => ({ path: [part, field], plain: value }));
  return [...entries('state', record), ...entries('event', usual), { path: ['now'], plain: at + 17 }];
}

const valueAt = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((inner, key) => Reflect.get(Object(inner), key), value);

function withValue(question: Question, [key = '', ...rest]: readonly string[], value: unknown): Question {
  const part = rest.length === 0 ? value : { ...Object(Reflect.get(question, key)), [rest[0] ?? '']: value };
  // Safe: the ordinary value has the field's type.
  return { ...question, [key]: part };
}

const isPlain = (question: Question, { path, plain }: Place): boolean =>
  JSON.stringify(valueAt(question, path)) === JSON.stringify(plain);

async function reduce(question: Question, differencesOf: Asker): Promise<Question> {
  let smallest = question;
  for (const place of placesOf(question)) {
    if (isPlain(smallest, place)) continue;
    const simpler = withValue(smallest, place.path, place.plain);
    if ((await differencesOf(simpler)) !== null) smallest = simpler;
  }
  return smallest;
}

const MAX_SHOWN = 80;

function oddValues(question: Question): readonly string[] {
  return placesOf(question)
    .filter((place) => !isPlain(question, place))
    .map(({ path }) => {
      const text = JSON.stringify(valueAt(question, path));
      return `${path.join('.')} = ${text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text}`;
    });
}
