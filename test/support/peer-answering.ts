import { keepRecords, type Peer, type Question } from '../../src/testing/index.ts';

/** A peer in this process that answers each question with this function, and keeps the records of sessions. */
export function peerAnswering(answer: (question: Question) => object): Peer {
  const answerAny = keepRecords(answer);
  return {
    ask: (batch) =>
      Promise.resolve({
        answers: new Map(batch.map(({ id, ...asked }) => [id, { id, ...answerAny(asked) }] as const)),
        problem: null,
        disorder: null,
      }),
    close: () => Promise.resolve(undefined),
  };
}
