import { describe, expect, it } from 'vitest';
import { step, type HostEvent, type HostRolloutState } from '../../../src/index.ts';
import {
  answerQuestion,
  allExercises,
  dimensionNames,
  generatePaths,
  measureCoverage,
  runPath,
  type CoverageReport,
  type Subject,
  type TestPath,
} from '../../../src/testing/index.ts';
import { conform } from '../../../src/testing/node.ts';
import { peerAnswering } from '../../support/peer-answering.ts';

// Ways to look tested without being so. None may be reported as coverage.

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

/** A right reducer; a cheat shows only a part of it. */
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
  ])('%s', async (_, subject, expected) => {
    expect(covered(await coverageOf(subject))).toEqual(expected);
  });

  it('a wrong record covers nothing beyond the start', async () => {
    const report = await coverageOf({ record: ({ record }) => ({ ...record, rolloutId: 'another' }) });
    expect(covered(report)).toEqual([]);
    expect(report.steps).toMatchObject({ compared: 0, right: 0 });
  });
});

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

  it('unsupported proves nothing, and covers nothing', async () => {
    const report = await conform(allExercises({ criteria }, ['host']), {
      peer: () => peerAnswering(() => ({ unsupported: true })),
    });
    expect(report.verdict).toBe('nothing-asserted');
    expect(report.coverage.steps).toMatchObject({ compared: 0, right: 0 });
    expect(covered(report.coverage)).toEqual([]);
  });

  it('the right answer to refusals only covers refusals only', async () => {
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

describe('a subject that changes what it is given', () => {
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
