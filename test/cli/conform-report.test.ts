import { expect, test } from 'vitest';
import { remedies } from '../../src/cli/conform-report.ts';
import { allExercises, answerQuestion, type Question } from '../../src/testing/index.ts';
import { conform } from '../../src/testing/node.ts';
import { peerAnswering } from '../support/peer-answering.ts';

/** The advice for a peer that supports only some questions. */
async function adviceFor(isSupported: (question: Question) => boolean): Promise<readonly string[]> {
  const peer = () =>
    peerAnswering((question) => (isSupported(question) ? answerQuestion(question) : { unsupported: true }));
  const criteria = [{ kind: 'full', name: 'allStates' }] as const;
  return remedies(await conform(allExercises({ criteria }), { peer }), 'peer');
}

const isRemote = (question: Question): boolean => question.op === 'step' && question.event.type.startsWith('Remote');
const leaveOut = (options: string): readonly string[] => [
  `If the other implementation does not support this on purpose, skip it with ${options}.`,
];

test('a peer without the events of one side is advised to skip only that side', async () => {
  expect(await adviceFor((question) => !isRemote(question))).toEqual(leaveOut('--side agent'));
  expect(await adviceFor((question) => question.op !== 'step' || isRemote(question))).toEqual(
    leaveOut('--side control-plane'),
  );
});

test('a peer without some operations is advised to skip those', async () => {
  expect(await adviceFor(({ op }) => op !== 'rehydrate' && op !== 'start')).toEqual(
    leaveOut('--without start --without rehydrate'),
  );
  expect(await adviceFor(({ op }) => op !== 'step')).toEqual(leaveOut('--without step'));
});

test('a peer that supports nothing is not advised to skip everything', async () => {
  expect(await adviceFor(() => false)).toEqual([]);
});
