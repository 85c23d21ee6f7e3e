import { describe, expect, it } from 'vitest';
import {
  allExercises,
  conformanceText,
  plantedBugs,
  questionId,
  answerQuestion,
  groupsOf,
  keepRecords,
  readVectorLines,
  sessionGroups,
  type Asked,
  type Peer,
  type Request,
  conform,
} from '../../../src/testing/node.ts';
import type { HostRolloutState } from '../../../src/index.ts';
import { peerAnswering } from '../../support/peer-answering.ts';

/** A peer with one of our planted bugs. Each start is a fresh one. */
function peerWith(name: string): () => Peer {
  const bug = plantedBugs.find((each) => each.name === name);
  if (bug === undefined) throw new Error(`There is no planted bug "${name}".`);
  return () => {
    const wrong = bug.plant();
    return peerAnswering((question) => wrong({ ...answerQuestion(question) }, question));
  };
}

const suite = { criteria: [{ kind: 'full', name: 'values' }], sides: ['agent'], policies: ['halt'] } as const;
const exercises = [...allExercises(suite, ['host'])];
const reportOf = (name: string) => conform(exercises, { peer: peerWith(name), reduces: true });

describe('a mistake', () => {
  it('is reduced to the values that matter', async () => {
    const report = await reportOf('refuses an empty host name');
    const [first] = report.reproducers;
    expect(first).toMatchObject({ isWrongAlone: true, matters: ['state.hostname = ""'] });
    expect(conformanceText(report)).toContain('   it depends on state.hostname = ""\n   ask it again with --only ');
  });

  it('has an id that finds its question again', async () => {
    const report = await reportOf('turns the effects round');
    const ids = new Set(report.mismatches.map(({ id }) => id));
    const found = exercises.filter(({ question }) => ids.has(questionId(question)));
    expect(new Set(found.map(({ question }) => questionId(question)))).toEqual(ids);
  });

  it('has a line with the reduced question and the right answer', async () => {
    const { reproducers } = await reportOf('lets an observed probe hold convergence');
    const read = readVectorLines(reproducers.map(({ line }) => line).join(''));
    if (!read.ok) throw new Error(JSON.stringify(read));
    expect(read.exercises).toHaveLength(reproducers.length);
    const again = await conform(read.exercises, { peer: peerWith('lets an observed probe hold convergence') });
    expect(again).toMatchObject({ verdict: 'differs', matched: 0 });
    expect(await conform(read.exercises, { peer: peerWith('trims texts') })).toMatchObject({ mismatched: 0 });
  });

  it('of a peer with hidden state comes with the shortest history that leads to it', async () => {
    const name = 'is wrong every 97 steps';
    const report = await reportOf(name);
    const [first] = report.reproducers;
    expect(first).toMatchObject({ isWrongAlone: false, matters: [] });
    expect(first?.history).toHaveLength(97);
    expect(conformanceText(report)).toContain(
      'right when asked alone: the other implementation keeps state that is not',
    );
    const read = readVectorLines(first?.line ?? '');
    if (!read.ok) throw new Error(JSON.stringify(read));
    const again = await conform(
      read.exercises.map((exercise) => ({ ...exercise, showsMemory: 'repetition' as const })),
      { peer: peerWith(name) },
    );
    expect(again).toMatchObject({ asked: 97, mismatched: 1 });
  });

  it('of hosts mixed up by the peer needs two questions', async () => {
    const report = await reportOf('keeps the first channel of a host');
    const [first] = report.reproducers;
    expect(first?.history).toHaveLength(2);
  });
});

describe('a mistake in a session', () => {
  const sessions = () =>
    sessionGroups({ criteria: [{ kind: 'full', name: 'transitionPairs' }], sides: ['agent'], policies: ['halt'] });

  it('is reduced to the fewest events', async () => {
    const isWrong = ({ probeFailureFirstAt }: HostRolloutState): boolean => probeFailureFirstAt !== null;
    const peer = () =>
      peerAnswering((question) =>
        question.op === 'step' && question.event.type === 'LocalProbeTopologyDeclared' && isWrong(question.state)
          ? { err: { kind: 'Invariant' } }
          : answerQuestion(question),
      );
    const report = await conform([], { peer, sessions: sessions(), reduces: true });
    const [first] = report.reproducers;
    expect(first?.isWrongAlone).toBe(true);
    expect(first?.paths.map(({ steps }) => steps.map(({ event }) => event.type))).toEqual([
      ['LocalActivate', 'LocalActivationCompleted', 'LocalProbeFailureFirst', 'LocalProbeTopologyDeclared'],
    ]);
    expect(conformanceText(report)).toMatch(/shortest: 4 events\n.*Pending: LocalActivate, LocalActivationCompleted, /);
    const read = readVectorLines(first?.line ?? '');
    if (!read.ok) throw new Error(JSON.stringify(read));
    const paths = read.exercises.flatMap(({ within }) => within?.path ?? []);
    const again = await conform([], { peer, sessions: groupsOf(new Set(paths)) });
    expect(again).toMatchObject({ verdict: 'differs', mismatched: 1 });
  });

  it('that needs two hosts is reduced to two', async () => {
    // A peer that finds its record only by the rollout, and returns the host in the question.
    const peer = () => {
      const kept = keepRecords(answerQuestion);
      return {
        ...peerAnswering(answerQuestion),
        ask: (batch: readonly Request[]) => {
          const answers = batch.map(({ id, ...asked }) => {
            const { hostname } = 'state' in asked ? asked.state : 'hostname' in asked ? asked : { hostname: '' };
            const nameless = JSON.parse(JSON.stringify(asked).replaceAll(/"hostname":"[^"]*"/g, '"hostname":""'));
            const answer = JSON.stringify(kept(nameless as Asked)).replaceAll(
              /"(hostname|host)":""/g,
              (_, field) => `${JSON.stringify(field)}:${JSON.stringify(hostname)}`,
            );
            return [id, { id, ...(JSON.parse(answer) as object) }] as const;
          });
          return Promise.resolve({ answers: new Map(answers), problem: null, disorder: null });
        },
      };
    };
    const report = await conform([], { peer, sessions: sessions(), reduces: true });
    expect(report.verdict).toBe('differs');
    expect(report.reproducers[0]?.isWrongAlone).toBe(false);
    expect(report.reproducers[0]?.paths).toHaveLength(2);
    expect(conformanceText(report)).toContain('in 2 sessions that are open together');
  });
});
