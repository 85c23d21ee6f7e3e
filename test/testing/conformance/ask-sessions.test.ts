import { describe, expect, it } from 'vitest';
import {
  answerQuestion,
  conform,
  conformanceText,
  keepRecords,
  sessionExercises,
  sessionGroups,
  type Asked,
  type ConformanceReport,
  type Peer,
  type TestPath,
} from '../../../src/testing/node.ts';
import { peerAnswering } from '../../support/peer-answering.ts';

const suite = { criteria: [{ kind: 'full', name: 'transitionPairs' }], policies: ['halt'] } as const;
const groups = [...sessionGroups(suite)];

/** The answers of a peer that keeps records, perhaps wrongly. */
const peerOf = (answer: (asked: Asked) => object): Peer => ({
  ...peerAnswering(answerQuestion),
  ask: (batch) =>
    Promise.resolve({
      answers: new Map(batch.map(({ id, ...asked }) => [id, { id, ...answer(asked) }] as const)),
      problem: null,
      disorder: null,
    }),
});

const reportOf = (start: () => Peer, asked: Iterable<readonly TestPath[]> = groups): Promise<ConformanceReport> =>
  conform([], { peer: start, sessions: asked });

/** The same peer, but mixing up hosts with the same `key`. */
function mixing(key: (whom: { readonly rolloutId: string; readonly hostname: string }) => string): () => Peer {
  return () => {
    const answer = keepRecords(answerQuestion);
    const rename = (asked: Asked): Asked => {
      if (asked.op === 'open')
        return { ...asked, state: { ...asked.state, rolloutId: key(asked.state), hostname: '' } };
      return asked.op === 'event' || asked.op === 'close' ? { ...asked, rolloutId: key(asked), hostname: '' } : asked;
    };
    const namedBack = (result: object, asked: Asked): object => {
      const { rolloutId, hostname } =
        asked.op === 'event' || asked.op === 'close' ? asked : { rolloutId: '', hostname: '' };
      const text = JSON.stringify(result, (field, value: unknown) => {
        if (field === 'rolloutId') return rolloutId;
        return field === 'hostname' || field === 'host' ? hostname : value;
      });
      // Safe: an object stays an object.
      return JSON.parse(text) as object;
    };
    return peerOf((asked) => namedBack(answer(rename(asked)), asked));
  };
}

describe('sessions', () => {
  it('run paths of several hosts side by side, and the first of them again at the end', () => {
    const [first] = groups;
    expect(new Set(first?.map(({ start }) => start.hostname)).size).toBeGreaterThan(1);
    for (const group of groups) {
      const keys = group.map(({ start }) => JSON.stringify([start.rolloutId, start.hostname]));
      expect(new Set(keys).size).toBe(keys.length);
    }
    expect(groups.at(-2)).toHaveLength(300);
    expect(groups.at(-1)?.[0]?.name).toBe(`again, ${first?.[0]?.name}`);
  });

  it('are right for a peer that keeps the record of each host, and cover transition pairs', async () => {
    const report = await reportOf(() => peerAnswering(answerQuestion));
    expect(report).toMatchObject({ verdict: 'conforms', mode: 'session', mismatched: 0, notAsked: 0 });
    expect(report.coverage.dimensions.transitionPairs.percent).toBe(100);
    expect(conformanceText(report)).toContain('The peer kept the records itself');
    expect(conformanceText(report)).not.toMatch(/^.{81}/m);
    const steps = groups.flat().reduce((sum, path) => sum + sessionExercises(path).length, 0);
    expect(report.asked).toBe(steps);
  });

  it.each([
    ['the same host name', ({ hostname }: { readonly hostname: string }) => hostname],
    ['the same rollout', ({ rolloutId }: { readonly rolloutId: string }) => rolloutId],
    [
      'names that differ in case',
      (whom: { readonly rolloutId: string; readonly hostname: string }) =>
        JSON.stringify([whom.rolloutId, whom.hostname]).toLowerCase(),
    ],
    [
      'names in two normal forms',
      (whom: { readonly rolloutId: string; readonly hostname: string }) =>
        JSON.stringify([whom.rolloutId, whom.hostname]).normalize('NFC'),
    ],
    [
      'names that join to the same text',
      (whom: { readonly rolloutId: string; readonly hostname: string }) => whom.hostname.slice(0, 5) + whom.rolloutId,
    ],
  ])('show a peer that mixes up hosts with %s', async (_, key) => {
    expect(await reportOf(mixing(key))).toMatchObject({ verdict: 'differs' });
  });

  it('reveal a changed record after a refusal, in the final record', async () => {
    let refused = 0;
    const forgetful = (): Peer => {
      const answer = keepRecords(answerQuestion);
      return peerOf((asked) => {
        const result = answer(asked);
        if (asked.op === 'event' && 'err' in result) refused += 1;
        if (asked.op === 'close' && refused > 0) return { ok: { state: { lastEventSeq: 0 } } };
        return result;
      });
    };
    const criteria = [{ kind: 'full', name: 'allTransitions' }] as const;
    const report = await reportOf(forgetful, sessionGroups({ criteria, policies: ['halt'], sides: ['agent'] }));
    expect(report.mismatches.map(({ place }) => place)).toEqual(['close']);
  });

  it('end a path at its first wrong answer, and run the others', async () => {
    const start = (): Peer =>
      peerOf(
        keepRecords((question) =>
          question.op === 'step' && question.event.type === 'LocalActivationDeferred'
            ? { err: { kind: 'Invariant' } }
            : answerQuestion(question),
        ),
      );
    const report = await reportOf(start);
    expect(report.mistakes).toHaveLength(1);
    expect(report.notAsked).toBeGreaterThan(0);
    expect(report.matched).toBeGreaterThan(1_000);
    expect(report.asked).toBe(report.matched + report.mismatched);
  });

  it('are not asked of a peer without sessions, which is reported', async () => {
    const report = await reportOf(() => peerOf(() => ({ unsupported: true })));
    expect(report).toMatchObject({ verdict: 'nothing-asserted', asked: 1, unsupported: { open: 1 } });
  });

  it('blame the path that brings the peer down, and no other', async () => {
    let starts = 0;
    const start = (): Peer => {
      starts += 1;
      const answer = keepRecords(answerQuestion);
      return {
        ...peerAnswering(answerQuestion),
        ask: (batch) => {
          const fatal = batch.findIndex(
            (asked) =>
              asked.op === 'event' && asked.event.type === 'LocalActivationDeferred' && asked.hostname === '10',
          );
          const answered = fatal === -1 ? batch : batch.slice(0, fatal);
          return Promise.resolve({
            answers: new Map(answered.map(({ id, ...asked }) => [id, { id, ...answer(asked) }] as const)),
            problem: fatal === -1 ? null : { kind: 'ended', message: 'gone' },
            disorder: null,
          });
        },
      };
    };
    const report = await reportOf(start);
    expect(report.verdict).toBe('peer-failed');
    expect(report.mismatched).toBe(0);
    expect(report.failures).toEqual([expect.objectContaining({ place: 'Activating.LocalActivationDeferred' })]);
    expect(report.restarts).toBe(starts - 1);
    expect(report.unexplained).toEqual([]);
  });
});
