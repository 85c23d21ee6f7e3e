import { describe, expect, it } from 'vitest';
import { recordIn, type BatchEnd, type ConformanceReport, type Exercise } from '../../../src/testing/index.ts';
import { conform } from '../../../src/testing/node.ts';

const exercisesUpTo = (count: number): readonly Exercise[] =>
  Array.from({ length: count }, (_, index) => ({
    group: `test ${index + 1}`,
    place: `question ${index + 1}`,
    question: { op: 'rehydrate', state: recordIn('Pending') },
    expected: { ok: { effects: [] } },
    within: null,
    visit: null,
    showsMemory: 'repetition',
  }));

type Ids = readonly number[];

/** Which ids of a batch are answered, and which old id is answered again after them, if any. */
type Behaviour = (ids: Ids) => { readonly answered: Ids; readonly repeated?: number };

/** Asks a peer that is not a process, and so behaves exactly as scripted. */
const ask = (count: number, behave: Behaviour, maxProblems = 10): Promise<ConformanceReport> => {
  const answer = (ids: Ids): BatchEnd => {
    const { answered, repeated } = behave(ids);
    const answers = new Map(answered.map((id) => [id, { id, ok: { effects: [] } }]));
    if (repeated === undefined) return { answers, problem: null, disorder: null };
    const problem = { kind: 'unasked', message: `again ${repeated}` } as const;
    return { answers, problem, disorder: null, repeated };
  };
  const start = () => ({
    ask: (batch: readonly { readonly id: number }[]) => Promise.resolve(answer(batch.map(({ id }) => id))),
    close: () => Promise.resolve(undefined),
  });
  return conform(exercisesUpTo(count), { peer: start, maxProblems, batchSize: 5 });
};

describe('a peer that repeats old answers', () => {
  it.each([1, 2, 3])('disturbs another question %i times in a row, which is still answered', async (times) => {
    let spoiled = 0;
    const report = await ask(10, (ids) => {
      // From the second batch on, it answers the first question instead.
      if (ids[0] === 1 || spoiled > times) return { answered: ids };
      spoiled += 1;
      return { answered: [], repeated: 1 };
    });
    expect(report).toMatchObject({ asked: 10, matched: 10, failed: 0, notAsked: 0, restarts: times + 1 });
    expect(report.failures).toEqual([expect.objectContaining({ place: 'question 1', count: times + 1 })]);
    expect(report.unexplained).toEqual([]);
  });

  it('for ever is abandoned, and every question counts as either asked or not', async () => {
    const report = await ask(10, (ids) => (ids[0] === 1 ? { answered: ids } : { answered: [], repeated: 1 }), 4);
    expect(report).toMatchObject({ asked: 5, matched: 5, notAsked: 5, givenUpAfter: 4 });
    expect(report.tests).toHaveLength(10);
  });

  it.each([
    [201, 'question 201', []],
    [200, undefined, [{ kind: 'unasked', message: 'again 200' }]],
  ])('is told which one it was while that is remembered: %i of 1200', async (repeated, place, unexplained) => {
    const report = await ask(1_200, (ids) => (ids.includes(1_200) ? { answered: ids, repeated } : { answered: ids }));
    expect(report).toMatchObject({ asked: 1_200, matched: 1_200, failed: 0, notAsked: 0 });
    expect(report.failures[0]?.place).toBe(place);
    expect(report.unexplained).toEqual(unexplained);
  });
});
