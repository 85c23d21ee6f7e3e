import { describe, expect, it } from 'vitest';
import { step, type HostEvent, type HostRolloutState } from '../../../src/index.ts';
import {
  answerQuestion,
  allExercises,
  dimensionNames,
  generatePaths,
  measureCoverage,
  runPath,
  sampleHost,
  type ConformanceReport,
  type CoverageReport,
  type Peer,
  type Question,
  type Subject,
  type TestPath,
} from '../../../src/testing/index.ts';
import { conform } from '../../../src/testing/node.ts';
import { peerAnswering } from '../../support/peer-answering.ts';

// Ways to look tested without being tested. None may count as coverage.

const { paths } = generatePaths({
  criterion: { kind: 'full', name: 'validTransitions' },
  side: 'agent',
  onHealthFailure: 'rollback-and-halt',
});

interface Box {
  record: HostRolloutState;
  effects: readonly unknown[];
  refusal: object | null;
}

/** A correct reducer. A cheat shows only a part of it. */
const right = {
  start: ({ start }: TestPath): Box => ({ record: start, effects: [], refusal: null }),
  events: (box: Box, event: HostEvent) => {
    const result = step(box.record, event, 0, { onHealthFailure: 'rollback-and-halt' });
    if (result.ok) Object.assign(box, { record: result.state, effects: result.effects, refusal: null });
    else Object.assign(box, { effects: [], refusal: { kind: result.error.kind } });
  },
} as const;

async function coverageOf(subject: Omit<Subject<Box>, 'start' | 'events'>): Promise<CoverageReport> {
  const meter = measureCoverage({ sides: ['agent'], policies: ['rollback-and-halt'] });
  for (const path of paths) await runPath(path, { ...right, ...subject }, meter).catch(() => {});
  return meter.report();
}

const covered = ({ dimensions }: CoverageReport) =>
  dimensionNames.filter((name) => dimensions[name].covered > 0).toSorted();

describe('a subject that shows', () => {
  it.each<[string, Omit<Subject<Box>, 'start' | 'events'>, readonly string[]]>([
    ['a host name alone covers nothing', { record: ({ record: { hostname } }) => ({ hostname }) }, []],
    ['an empty record covers nothing', { record: () => ({}) }, []],
    [
      'a number alone covers no state and no effect',
      { record: ({ record }) => ({ lastEventSeq: record.lastEventSeq }) },
      [],
    ],
    ['effects alone covers effects', { effects: ({ effects }) => effects }, ['effects']],
    ['refusals without a kind covers none of them', { refusal: ({ refusal }) => (refusal === null ? null : {}) }, []],
    [
      'its record covers no effects and no refusals',
      { record: ({ record }) => record },
      ['cells', 'guardOutcomes', 'states', 'transitionPairs', 'transitions', 'values'],
    ],
    [
      'a part of its record covers no values',
      { record: ({ record: { hostname: _, ...others } }) => others },
      ['cells', 'guardOutcomes', 'states', 'transitionPairs', 'transitions'],
    ],
  ])('%s', async (_, subject, expected) => {
    expect(covered(await coverageOf(subject))).toEqual(expected);
  });

  it('a wrong record covers nothing beyond the start', async () => {
    const report = await coverageOf({ record: ({ record }) => ({ ...record, rolloutId: 'another' }) });
    expect(covered(report)).toEqual([]);
    expect(report.steps).toMatchObject({ compared: 0, right: 0 });
  });
});

interface Loose {
  readonly ok?: { readonly state?: object; readonly effects?: object[] };
  readonly err?: object;
}

type Answer = (question: Parameters<typeof answerQuestion>[0]) => object;

const criteria = [{ kind: 'full', name: 'allTransitions' }] as const;

describe('a peer that answers everything with', () => {
  it.each<[string, Answer]>([
    ['an accepted nothing', () => ({ ok: {} })],
    ['a refused nothing', () => ({ err: {} })],
    ['both', () => ({ ok: {}, err: {} })],
    ['nothing', () => ({})],
    ['the question', (question) => question],
    ['the record as it was', (question) => ('state' in question ? { ok: { state: question.state, effects: [] } } : {})],
    ['a refusal', () => ({ err: { kind: 'IllegalFor' } })],
    ['an error', () => ({ error: 'no' })],
    ['another type', () => ({ ok: [] })],
    ['null', () => ({ ok: null })],
    ['text', () => ({ ok: 'yes' })],
    ['an unsupported false', () => ({ unsupported: false })],
  ])('%s does not conform, and covers nothing', async (_, answer) => {
    const report = await conform(allExercises({ criteria }, ['host']), { peer: () => peerAnswering(answer) });
    expect(report.verdict).toBe('differs');
    expect(covered(report.coverage)).toEqual([]);
  });

  /** Makes the peer's answer from our own, which it must not modify. */
  const changing =
    (change: (right: Loose, question: Question, number: number) => object): (() => Peer) =>
    () => {
      let number = 0;
      return peerAnswering((question) => {
        number += 1;
        // Safe: an answer is a JSON object.
        return change(structuredClone(answerQuestion(question)) as Loose, question, number);
      });
    };

  it.each<[string, () => Peer, ConformanceReport['verdict'], readonly string[]]>([
    [
      'the record alone',
      changing((right) => (right.ok?.state === undefined ? right : { ok: { state: right.ok.state } })),
      'differs',
      [],
    ],
    [
      'the first effect alone',
      changing((right) => {
        right.ok?.effects?.splice(1);
        return right;
      }),
      'differs',
      ['Activating.LocalActivationStarted'],
    ],
    [
      'effects in another order',
      changing((right) => {
        right.ok?.effects?.reverse();
        return right;
      }),
      'differs',
      ['Activating.LocalActivationStarted'],
    ],
    ['the right thing, accepted and refused', changing((right) => ({ ok: {}, err: {}, ...right })), 'differs', []],
    ['the right thing, as unsupported', changing((right) => ({ ...right, unsupported: true })), 'nothing-asserted', []],
    [
      'what it said of the same type of event before',
      (() => {
        const known = new Map<string, object>();
        return changing((right, question) => {
          const key = 'event' in question ? question.event.type : question.op;
          known.set(key, known.get(key) ?? right);
          return known.get(key) ?? right;
        });
      })(),
      'differs',
      ['Pending.LocalActivate'],
    ],
    [
      'the right thing ten times, then that it is unsupported',
      changing((right, _, number) => (number > 10 ? { unsupported: true } : right)),
      'nothing-asserted',
      [],
    ],
  ])('%s covers nothing else', async (_, peer, verdict, cells) => {
    const report = await conform(allExercises({ criteria, sides: ['agent'] }, ['host']), { peer });
    expect(report.verdict).toBe(verdict);
    const { transitions, cells: seen } = report.coverage.dimensions;
    expect(transitions.covered).toBeLessThan(transitions.total);
    for (const cell of cells) expect(seen.missing).not.toContain(cell);
  });

  it('the right thing but keeps no record covers nothing in a session', async () => {
    const paths = generatePaths({ criterion: criteria[0], side: 'agent', onHealthFailure: 'halt' }).paths;
    const peer = (): Peer => {
      const inner = peerAnswering(() => ({ ok: {} }));
      return {
        ...inner,
        ask: (batch) => inner.ask(batch.map(({ id }) => ({ id, op: 'rehydrate', state: sampleHost }))),
      };
    };
    const report = await conform([], { peer, sessions: [paths.slice(0, 3)] });
    expect(report.verdict).toBe('differs');
    expect(covered(report.coverage)).toEqual([]);
  });

  it('unsupported proves nothing, and covers nothing', async () => {
    const report = await conform(allExercises({ criteria }, ['host']), {
      peer: () => peerAnswering(() => ({ unsupported: true })),
    });
    expect(report.verdict).toBe('nothing-asserted');
    expect(report.coverage.steps).toMatchObject({ compared: 0, right: 0 });
    expect(covered(report.coverage)).toEqual([]);
  });

  it('the right answer only to refusals covers only refusals', async () => {
    const onlyRefusals: Answer = (question) => {
      const answer = answerQuestion(question);
      return 'err' in answer ? answer : { ok: {} };
    };
    const { verdict, coverage } = await conform(allExercises({ criteria }, ['host']), {
      peer: () => peerAnswering(onlyRefusals),
    });
    expect(verdict).toBe('differs');
    expect(coverage.dimensions.transitions.covered).toBe(0);
    expect(coverage.dimensions.effects.covered).toBe(0);
    expect(coverage.dimensions.cells.percent).toBeLessThan(100);
  });
});

describe('an event', () => {
  const agent = { sides: ['agent'], policies: ['halt'] } as const;
  const policy = { onHealthFailure: 'halt' } as const;
  const before: HostRolloutState = { ...sampleHost, state: 'Soaking', soakDueAt: 2_000, lastEventSeq: 4 };
  const converges = (seq: number, convergedAt: number) =>
    ({ type: 'LocalConvergedReached', convergedAt, currentClosure: before.targetClosure, seq }) as const;

  function visited(event: HostEvent): CoverageReport {
    const meter = measureCoverage(agent);
    meter.run({ before, event, policy, result: step(before, event, 0, policy), previous: null });
    return meter.report();
  }

  it('that is refused by a guard covers its cell but no transition', () => {
    const { cells, transitions, guardOutcomes } = visited(converges(5, 1_000)).dimensions;
    expect([cells.covered, transitions.covered]).toEqual([1, 0]);
    expect(guardOutcomes.covered).toBe(2);
  });

  it('that is repeated covers no cell, and only the first guard', () => {
    const { cells, transitions, guardOutcomes } = visited(converges(4, 3_000)).dimensions;
    expect([cells.covered, transitions.covered]).toEqual([0, 0]);
    expect(Object.entries(guardOutcomes.hits).filter(([, times]) => times > 0)).toEqual([
      ['Soaking (agent): not seqIsNewer', 1],
    ]);
  });

  it('of the other side covers nothing, and adds nothing to cover', () => {
    const { dimensions } = measureCoverage(agent).report();
    const event = {
      type: 'RemoteConverged',
      convergedAt: 3_000,
      currentClosure: before.targetClosure,
      seq: 5,
    } as const;
    const after = visited(event).dimensions;
    expect(after.transitions).toEqual(dimensions.transitions);
    expect(after.cells).toEqual(dimensions.cells);
  });
});

describe('a subject that modifies its events', () => {
  it('does not make other paths fail', async () => {
    const vandal: Subject<Box> = {
      start: ({ start }) => ({ record: start, effects: [], refusal: null }),
      events: (box, event, pathStep) => {
        right.events(box, structuredClone(event));
        Object.assign(event, { seq: -1 });
        Object.assign(pathStep.expected, { ok: false });
      },
      record: ({ record }) => record,
    };
    for (let time = 0; time < 2; time += 1) {
      for (const path of paths) await expect(runPath(path, vandal)).resolves.toMatchObject({ skipped: 0 });
    }
  });
});
