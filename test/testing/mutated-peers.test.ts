import { describe, expect, it } from 'vitest';
import {
  allExercises,
  answerQuestion,
  chartCells,
  type Exercise,
  type Peer,
  type Question,
} from '../../src/testing/index.ts';
import { answerDifferences } from '../../src/testing/conformance/answer-differences.ts';
import { conform } from '../../src/testing/node.ts';
import { peerAnswering } from '../support/peer-answering.ts';

/** A peer's answer as JSON. */
type Json = { [field: string]: unknown };
type Mutation = (answer: Json, question: Question) => Json;

/** A peer that is right except where `mutate` changes its answers. */
const peerWith = (mutate: Mutation): Peer =>
  // A copy, like a line of JSON, so that a mutation does not change ours.
  peerAnswering((question) => mutate(JSON.parse(JSON.stringify(answerQuestion(question))) as Json, question));

const thorough = ['guardOutcomes', 'transitionPairs'] as const;
const criteria = thorough.map((name) => ({ kind: 'full', name }) as const);

/** Each question once: many paths start alike, and repetitions prove nothing more. */
const exercises = [
  ...new Map([...allExercises({ criteria })].map((exercise) => [JSON.stringify(exercise.question), exercise])).values(),
];
const byPlace = new Map<string, Exercise[]>();
for (const exercise of exercises) {
  const known = byPlace.get(exercise.place);
  if (known === undefined) byPlace.set(exercise.place, [exercise]);
  else known.push(exercise);
}

/** As JSON, which a mutation may change. */
const rightAnswer = ({ expected }: Exercise): Json => JSON.parse(JSON.stringify(expected)) as Json;

/** How many wrong answers a peer gives at most. */
const MAX_WRONG = 5;

/** Some of the exercises that such a peer answers wrongly. The others prove nothing. */
function answeredWrongly(asked: readonly Exercise[], mutate: Mutation): readonly Exercise[] {
  const wrong: Exercise[] = [];
  for (const exercise of asked) {
    if (JSON.stringify(mutate(rightAnswer(exercise), exercise.question)) === JSON.stringify(exercise.expected))
      continue;
    if (wrong.push(exercise) === MAX_WRONG) break;
  }
  return wrong;
}

const verdictOf = async (asked: readonly Exercise[], mutate: Mutation): Promise<string> =>
  (await conform(answeredWrongly(asked, mutate), { peer: () => peerWith(mutate) })).verdict;

type Accepted = { ok: { state?: Json; record?: Json; effects?: Json[] } };
const isAccepted = (answer: Json): answer is Accepted => 'ok' in answer;

const onAccepted =
  (change: (ok: Accepted['ok']) => void): Mutation =>
  (answer) => {
    if (isAccepted(answer)) change(answer.ok);
    return answer;
  };

const another = (value: unknown): unknown => {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'string') return `${value}'`;
  if (typeof value === 'boolean') return !value;
  return value === null ? 0 : null;
};

/** Every way to be wrong in one place: what it accepts, each field, each effect, their order, each refusal. */
function mutationsOf(place: string): readonly (readonly [what: string, mutate: Mutation])[] {
  const answers = (byPlace.get(place) ?? []).map(rightAnswer);
  const accepted = answers.filter(isAccepted);
  const refused = answers.find((answer) => 'err' in answer && (answer['err'] as Json)['kind'] !== 'SeqRegression');
  const mutations: [string, Mutation][] = [];
  const longest = accepted.reduce<readonly Json[]>(
    (found, { ok }) => ((ok.effects ?? []).length > found.length ? (ok.effects ?? []) : found),
    [],
  );

  const [first] = accepted;
  if (first !== undefined) {
    mutations.push(['refuses it', (answer) => (isAccepted(answer) ? { err: { kind: 'IllegalForState' } } : answer)]);
    const part = first.ok.state === undefined ? 'record' : 'state';
    for (const field of Object.keys(first.ok[part] ?? {})) {
      mutations.push([
        `has another ${field}`,
        onAccepted((ok) => void (ok[part] = { ...ok[part], [field]: another(ok[part]?.[field]) })),
      ]);
    }
    mutations.push([
      'adds an effect',
      onAccepted((ok) => void (ok.effects = [...(ok.effects ?? []), { type: 'EmitMetric' }])),
    ]);
  }
  longest.forEach((effect, index) => {
    mutations.push([`leaves out ${String(effect['type'])}`, onAccepted((ok) => void ok.effects?.splice(index, 1))]);
    for (const field of Object.keys(effect)) {
      const change = onAccepted((ok) => {
        const target = ok.effects?.[index];
        if (target !== undefined && field in target) target[field] = another(target[field]);
      });
      mutations.push([`has another ${field} in ${String(effect['type'])}`, change]);
    }
  });
  if (longest.length > 1) mutations.push(['turns the effects round', onAccepted((ok) => void ok.effects?.reverse())]);

  if (refused !== undefined) {
    for (const field of Object.keys(refused['err'] as Json)) {
      mutations.push([
        `has another ${field} in a refusal`,
        (answer) => ('err' in answer ? { err: { ...(answer['err'] as Json), [field]: 'another' } } : answer),
      ]);
    }
    mutations.push([
      'accepts what is refused',
      (answer, question) => {
        if (isAccepted(answer)) return answer;
        if (question.op === 'step') return { ok: { state: question.state, effects: [] } };
        return question.op === 'rollout_step' ? { ok: { record: question.record, effects: [] } } : answer;
      },
    ]);
  }
  return mutations;
}

/** Each wrong answer is compared like in `conform`, which asks one wrong peer per place. */
const expectAllCaught = async (place: string): Promise<number> => {
  const mutations = mutationsOf(place);
  const asked = byPlace.get(place) ?? [];
  const escaped = mutations.filter(([, mutate]) =>
    answeredWrongly(asked, mutate).every((exercise) => {
      const answer = mutate(rightAnswer(exercise), exercise.question);
      return answerDifferences(exercise, { id: 1, ...answer }).length === 0;
    }),
  );
  expect(escaped.map(([what]) => what)).toEqual([]);
  const [first] = mutations;
  if (first !== undefined) expect(await verdictOf(asked, first[1])).toBe('differs');
  return mutations.length;
};

describe('a peer that is wrong in one place is caught', () => {
  it('and a correct one is not', async () => {
    const report = await conform(exercises, { peer: () => peerWith((answer) => answer) });
    expect(report).toMatchObject({
      verdict: 'conforms',
      mismatched: 0,
      failed: 0,
      notAsked: 0,
      disorder: { count: 0 },
    });
    expect(report.asked).toBe(exercises.length);
  });

  const legal = chartCells.filter(({ target }) => target !== null).map(({ key }) => key);
  it.each(legal)('%s', async (place) => {
    expect(await expectAllCaught(place)).toBeGreaterThanOrEqual(27);
  });

  it('in every illegal pair', async () => {
    for (const { key, target } of chartCells) {
      if (target === null) expect(await expectAllCaught(key)).toBeGreaterThan(3);
    }
  });

  it('in every other table', async () => {
    const hostPlaces = new Set(chartCells.map(({ key }) => key));
    const others = [...byPlace.keys()].filter((place) => !hostPlaces.has(place));
    expect(others.length).toBeGreaterThan(64);
    for (const place of others) expect(await expectAllCaught(place)).toBeGreaterThan(0);
  });
});

describe('a peer that is wrong only sometimes is caught', () => {
  const step =
    (change: (ok: { state: Json; effects: Json[] }, question: Question & { op: 'step' }) => void): Mutation =>
    (answer, question) => {
      // Safe: a step's answer has a state.
      if (question.op === 'step' && isAccepted(answer)) change(answer.ok as { state: Json; effects: Json[] }, question);
      return answer;
    };
  const onlyProbe = ({ state }: { state: Json }, name: string): Json => (state['probes'] as Json)[name] as Json;

  const sometimes: readonly (readonly [string, Mutation])[] = [
    [
      'takes a repetition',
      (answer, question) =>
        question.op === 'step' && question.event.seq === question.state.lastEventSeq
          ? { ok: { state: question.state, effects: [] } }
          : answer,
    ],
    [
      'refuses a gap',
      (answer, question) =>
        question.op === 'step' && question.event.seq > question.state.lastEventSeq + 1
          ? { err: { kind: 'SeqRegression' } }
          : answer,
    ],
    [
      'says IllegalForState before SeqRegression',
      (answer, question) =>
        question.op === 'step' && question.state.state === 'Converged' && 'err' in answer
          ? { err: { ...(answer['err'] as Json), kind: 'IllegalForState' } }
          : answer,
    ],
    [
      'overwrites the first failure',
      step((ok, { event }) => {
        if (event.type === 'LocalProbeFailureFirst') ok.state['probeFailureFirstAt'] = event.firstFailedAt;
      }),
    ],
    [
      'lets a result set the first failure',
      step((ok, { event }) => {
        if (event.type === 'RemoteProbeResult' && event.status === 'fail')
          ok.state['probeFailureFirstAt'] ??= event.observedAt;
      }),
    ],
    [
      'forgets the last pass when a probe fails',
      step((ok, { event }) => {
        if (event.type === 'LocalProbeResult' && event.status === 'fail')
          onlyProbe(ok, event.probeName)['lastPassAt'] = null;
      }),
    ],
    [
      'keeps the reason when a probe passes',
      step((ok, { event }) => {
        if (event.type === 'LocalProbeResult' && event.status === 'pass')
          onlyProbe(ok, event.probeName)['failureReason'] = event.failureReason;
      }),
    ],
    [
      'takes the policy over when a deferred host fails',
      step((ok, { state, event, policy }) => {
        if (state.state === 'Deferred' && event.type === 'LocalActivationFailed')
          ok.state['policyApplied'] = policy.onHealthFailure;
      }),
    ],
    [
      'rolls back under halt',
      step((ok, { state, event }) => {
        const isSwitch = event.type === 'LocalActivationFailed' && state.state === 'Activating';
        if (isSwitch && ok.effects.length === 2)
          ok.effects.push({ type: 'LocalFireRollbackTo', rolloutId: state.rolloutId, closure: 'x' });
      }),
    ],
    [
      'does not roll back to an empty closure',
      step((ok, { state }) => {
        if (state.currentClosureAtDispatch === '')
          ok.effects = ok.effects.filter(({ type }) => type !== 'LocalFireRollbackTo');
      }),
    ],
    [
      'converges a moment too late',
      (answer, question) =>
        question.op === 'step' &&
        (question.event.type === 'LocalConvergedReached' || question.event.type === 'RemoteConverged') &&
        question.event.convergedAt === question.state.soakDueAt
          ? { err: { kind: 'Invariant', invariant: 'soak-not-elapsed' } }
          : answer,
    ],
    [
      'lets an observe probe hold convergence',
      (answer, question) =>
        question.op === 'step' &&
        question.event.type === 'LocalConvergedReached' &&
        Object.values(question.state.probes).some(({ mode, status }) => mode === 'observe' && status === 'fail')
          ? { err: { kind: 'Invariant', invariant: 'enforce-probe-not-passing' } }
          : answer,
    ],
  ];

  it.each(sometimes)('%s', async (_what, mutate) => {
    expect(await verdictOf(exercises, mutate)).toBe('differs');
  });
});
