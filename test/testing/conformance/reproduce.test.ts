import { describe, expect, it } from 'vitest';
import {
  allExercises,
  conformanceText,
  plantedBugs,
  questionId,
  answerQuestion,
  readVectorLines,
  type Peer,
  conform,
} from '../../../src/testing/node.ts';
import { peerAnswering } from '../../support/peer-answering.ts';

/** A peer with one of our planted bugs; each start is a new one that remembers nothing. */
function peerWith(name: string): () => Peer {
  const bug = plantedBugs.find((each) => each.name === name);
  if (bug === undefined) throw new Error(`There is no planted bug "${name}".`);
  return () => {
    const wrong = bug.plant();
    return peerAnswering((question) => wrong({ ...answerQuestion(question) }, question));
  };
}

const suite = { criteria: [{ kind: 'full', name: 'values' }], sides: ['agent'], policies: ['halt'] } as const;
const reportOf = (name: string) => conform(allExercises(suite, ['host']), { peer: peerWith(name), reduces: true });

describe('a mistake', () => {
  it('is reduced to the values that matter', async () => {
    const report = await reportOf('refuses an empty host name');
    const [first] = report.reproducers;
    expect(first).toMatchObject({ isWrongAlone: true, matters: ['state.hostname = ""'] });
    expect(conformanceText(report)).toContain('   it takes state.hostname = ""\n   ask it again with --only ');
  });

  it('has an id that finds its question again', async () => {
    const report = await reportOf('turns the effects round');
    const ids = new Set(report.mismatches.map(({ id }) => id));
    const found = [...allExercises(suite, ['host'])].filter(({ question }) => ids.has(questionId(question)));
    expect(new Set(found.map(({ question }) => questionId(question)))).toEqual(ids);
  });

  it('has a line that asks the reduced question, with the right answer', async () => {
    const { reproducers } = await reportOf('lets an observed probe hold convergence');
    const read = readVectorLines(reproducers.map(({ line }) => line).join(''));
    if (!read.ok) throw new Error(JSON.stringify(read));
    expect(read.exercises).toHaveLength(reproducers.length);
    const again = await conform(read.exercises, { peer: peerWith('lets an observed probe hold convergence') });
    expect(again).toMatchObject({ verdict: 'differs', matched: 0 });
    expect(await conform(read.exercises, { peer: peerWith('trims texts') })).toMatchObject({ mismatched: 0 });
  });

  it('of a peer that remembers something is said to be one', async () => {
    const report = await reportOf('is wrong every 97 steps');
    expect(report.reproducers[0]).toMatchObject({ isWrongAlone: false, matters: [] });
    expect(conformanceText(report)).toContain('right when asked alone: the other implementation remembers something');
  });
});
