import { differenceText } from '../difference.ts';
import { engines } from '../engine.ts';
import { recordIn } from '../state-start.ts';
import { answerDifferences } from './answer-differences.ts';
import { answerQuestion } from './answer-question.ts';
import type { Mismatch, Reproducer } from './conformance-report.ts';
import { loneExercise } from './host-exercises.ts';
import { mistakeOf } from './mistake.ts';
import type { Peer } from './peer.ts';
import type { Question } from './protocol.ts';
import { questionId } from './question-id.ts';

/** So many mistakes are reduced; each takes a few dozen questions. */
const MAX_REDUCED = 5;

/** Asks each mistake's shortest question again, alone, and makes it as plain as it can be and still be wrong. */
export async function reproduce(mismatches: readonly Mismatch[], start: () => Peer): Promise<readonly Reproducer[]> {
  const first = new Map<string, Mismatch>();
  for (const mismatch of mismatches) if (!first.has(mismatch.mistake)) first.set(mismatch.mistake, mismatch);
  const reproducers: Reproducer[] = [];
  for (const { mistake, question } of [...first.values()].slice(0, MAX_REDUCED)) {
    const peer = start();
    const differencesOf = askerOf(peer, mistake);
    const alone = await differencesOf(question);
    const smallest = alone === null ? question : await reduce(question, differencesOf);
    const differences = alone === null ? [] : ((await differencesOf(smallest)) ?? alone);
    await peer.close();
    reproducers.push({
      mistake,
      id: questionId(question),
      isWrongAlone: alone !== null,
      matters: alone === null ? [] : oddValues(smallest),
      differences,
      line: `${JSON.stringify({ id: mistake, in: smallest, out: answerQuestion(smallest) })}\n`,
    });
  }
  return reproducers;
}

type Asker = (question: Question) => Promise<readonly string[] | null>;

/** What is wrong with the peer's answer; `null` if it is right, wrong in another way, or does not come. */
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

/** A part of a question, and the value that is ordinary there. */
interface Place {
  readonly path: readonly string[];
  readonly plain: unknown;
}

/** The values of a step that may be made ordinary. */
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
  // The plain value is of the field's own type.
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
