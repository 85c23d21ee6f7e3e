import { expect, test } from 'vitest';
import { remedies } from '../../src/cli/conform-remedies.ts';
import { allExercises, answerQuestion, conform, type Peer, type Question } from '../../src/testing/index.ts';

/** What is advised to somebody who supports only some questions. */
async function adviceFor(isSupported: (question: Question) => boolean): Promise<readonly string[]> {
  const peer = (): Peer => ({
    ask: (batch) =>
      Promise.resolve({
        answers: new Map(
          batch.map(({ id, ...question }) => [
            id,
            { id, ...(isSupported(question) ? answerQuestion(question) : { unsupported: true }) },
          ]),
        ),
        problem: null,
        disorder: null,
      }),
    close: () => Promise.resolve(undefined),
  });
  const criteria = [{ kind: 'full', name: 'allStates' }] as const;
  return remedies(await conform(allExercises({ criteria }), { peer }), 'peer');
}

const isRemote = (question: Question): boolean => question.op === 'step' && question.event.type.startsWith('Remote');
const leaveOut = (options: string): readonly string[] => [
  `If the other implementation leaves that out on purpose, skip it with ${options}.`,
];

test('who lacks the events of one side is not told to leave out every event', async () => {
  expect(await adviceFor((question) => !isRemote(question))).toEqual(leaveOut('--side agent'));
  expect(await adviceFor((question) => question.op !== 'step' || isRemote(question))).toEqual(
    leaveOut('--side control-plane'),
  );
});

test('who lacks operations is told to leave out those', async () => {
  expect(await adviceFor(({ op }) => op !== 'rehydrate' && op !== 'start')).toEqual(
    leaveOut('--without start --without rehydrate'),
  );
  expect(await adviceFor(({ op }) => op !== 'step')).toEqual(leaveOut('--without step'));
});

test('who supports nothing is not told to leave everything out', async () => {
  expect(await adviceFor(() => false)).toEqual([]);
});
