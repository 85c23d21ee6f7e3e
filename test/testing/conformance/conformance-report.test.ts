import { describe, expect, it } from 'vitest';
import {
  allExercises,
  answerQuestion,
  conformanceJUnit,
  conformanceText,
  type ConformanceReport,
  type Question,
} from '../../../src/testing/index.ts';
import { conform } from '../../../src/testing/node.ts';
import { peerAnswering } from '../../support/peer-answering.ts';
import { mistakeOf } from '../../../src/testing/conformance/mistake.ts';
import { differences } from '../../../src/testing/difference.ts';
import { tallyAnswers } from '../../../src/testing/conformance/tally.ts';

const suite = {
  criteria: [{ kind: 'full', name: 'allTransitions' }],
  sides: ['agent'],
  policies: ['halt'],
} as const;

/** The answers of a peer that is right except where `spoil` changes its answer; `null` for no change. */
function reportOf(spoil: (question: Question, answer: object) => object | null): Promise<ConformanceReport> {
  const peer = () =>
    peerAnswering((question) => {
      const answer = answerQuestion(question);
      return spoil(question, answer) ?? answer;
    });
  return conform(allExercises(suite, ['host']), { peer });
}

/** Spoils the answer to one event in one state. */
const at =
  (state: string, event: string, spoil: (answer: object) => object) =>
  (question: Question, answer: object): object | null =>
    question.op === 'step' && question.state.state === state && question.event.type === event ? spoil(answer) : null;

describe('the report', () => {
  it('has no line over 80 columns, even with large numbers', async () => {
    const whole = await reportOf(() => null);
    const many = { asked: 900_000, matched: 900_000, tests: whole.tests.map((test) => ({ ...test, events: 999_999 })) };
    const { steps } = whole.coverage;
    const coverage = { ...whole.coverage, steps: { ...steps, asked: 99_999, answered: 99_999, compared: 99_999 } };
    const text = conformanceText({ ...whole, ...many, coverage });
    expect(text).toMatch(/^\d+ tests need [\d,]+ answers; [\d,]+ of them are shared and asked once\.$/m);
    expect(text).toMatch(/^Coverage: 99,999 events asked, 99,999 answered, 99,999 compared, \d+ right$/m);
    expect(text).not.toMatch(/^.{81}/m);
  });
});

describe('of several tests that share a question', () => {
  it('its answer is counted once', async () => {
    const report = await reportOf(() => null);
    expect(report.tests.reduce((sum, { events }) => sum + events, 0)).toBeGreaterThan(report.asked);
    expect(report.matched).toBe(report.asked);
  });

  it('each is blamed only for its first problem', async () => {
    const report = await reportOf((question) => (question.op === 'step' ? { ok: { wrong: 1 } } : null));
    const paths = report.tests.filter(({ step }) => step !== null);
    expect(paths.length).toBeGreaterThan(2);
    expect(paths.map(({ step }) => step)).toEqual(paths.map(() => 1));
  });
});

describe('a wrong answer is reported', () => {
  it('in JUnit with the event, its state, its number, and the trail', async () => {
    const report = await reportOf(at('Activating', 'LocalActivationCompleted', () => ({ err: { kind: 'Invariant' } })));
    const failed = report.tests.find(({ problem }) => problem !== null);
    const xml = conformanceJUnit(report);
    expect(failed).toMatchObject({ fault: 'answer', step: expect.any(Number) });
    expect(xml).toContain(
      `<failure message="Activating: LocalActivationCompleted (event ${failed?.step}): should be accepted, but was refused (Invariant)">`,
    );
    expect(xml).toMatch(/^ {2}\S.*\n&gt; Activating: LocalActivationCompleted<\/failure>$/m);
    expect(xml).toMatch(/failures="1" errors="0"/);
  });

  const wrongAccept = at('Pending', 'LocalConvergedReached', () => ({ ok: { state: {}, effects: [] } }));
  const wrongRefuse = (err: unknown) => at('Pending', 'LocalActivate', () => ({ err }));
  const other = (answer: object) => at('Pending', 'LocalActivate', () => answer);

  it.each([
    ['a wrong accept', wrongAccept, 'should be refused (IllegalForState), but was accepted'],
    [
      'a wrong refusal',
      wrongRefuse({ kind: 'StaleEvent', message: 'too old' }),
      'should be accepted, but was refused (StaleEvent: too old)',
    ],
    ['a refusal without a kind', wrongRefuse({}), 'should be accepted, but was refused (of no kind)'],
    ['a refusal that is none', wrongRefuse('no'), 'should be accepted, but was refused ("no")'],
    ['an echo', other({ op: 'step', state: {} }), 'the question came back: an echo is no answer of the protocol'],
    ['an error', other({ error: 'oops' }), '{"error": "oops"} is no answer of the protocol'],
    [
      'both',
      other({ ok: {}, err: {} }),
      'this is no answer of the protocol (docs/conformance-protocol.md): it has both',
    ],
    ['nothing', other({}), 'it has neither "ok" nor "err", but only the id'],
    ['something else', other({ result: 1 }), 'it has neither "ok" nor "err", but "result"'],
  ])('as one difference where it is %s', async (_, spoil, sentence) => {
    const report = await reportOf(spoil);
    expect(report.mismatches).toHaveLength(1);
    expect(report.mismatches[0]?.differences).toHaveLength(1);
    expect(conformanceText(report)).toContain(sentence);
    expect(conformanceText(report)).not.toContain('expected {');
  });
});

describe('a test that compared nothing', () => {
  it('gives the first reason, not the last', () => {
    const tally = tallyAnswers({ sides: ['agent'], policies: ['halt'] }, 'question');
    const [first, second] = [...allExercises(suite, ['host'])];
    if (first === undefined || second === undefined) throw new Error('the suite has exercises');
    tally.outcome({ ...first, group: 'a test' }, { kind: 'answered', answer: { unsupported: true }, isReused: false });
    tally.outcome({ ...second, group: 'a test' }, { kind: 'not-asked', why: 'given up' });
    const { tests } = tally.report();
    expect(tests).toEqual([
      expect.objectContaining({ problem: 'nothing was compared: the peer does not support start', skipped: 2 }),
    ]);
  });
});

describe('the same mistake everywhere', () => {
  it('counts once if numbers are written as strings, whatever the numbers', async () => {
    const report = await reportOf((question, answer) => {
      if (question.op !== 'step' || !('ok' in answer)) return null;
      const ok = answer.ok as { readonly state: { readonly lastEventSeq: number } };
      return { ok: { ...ok, state: { ...ok.state, lastEventSeq: String(ok.state.lastEventSeq) } } };
    });
    expect(new Set(report.mismatches.map(({ answer }) => JSON.stringify(answer))).size).toBeGreaterThan(1);
    expect(report.mistakes.map(({ mistake }) => mistake)).toEqual(['$.ok.state.lastEventSeq: number, a string, ']);
  });

  it('counts once if probes are lost, whatever their names', async () => {
    const report = await reportOf((question, answer) => {
      if (question.op !== 'step' || !('ok' in answer)) return null;
      const ok = answer.ok as { readonly state: { readonly probes: object } };
      return { ok: { ...ok, state: { ...ok.state, probes: {} } } };
    });
    expect(report.mistakes.map(({ mistake }) => mistake)).toEqual(['$.ok.state.probes[]: object, undefined, ']);
  });

  it('counts separately for each order of effects', () => {
    const effects = ['RecordTransition', 'LocalEmitEvent', 'LocalFireSwitch'].map((type) => ({ type }));
    const [first, second, third] = effects;
    const mistakes = [effects.toReversed(), [second, third, first], effects.toReversed()].map((actual) =>
      mistakeOf(differences({ effects }, { effects: actual })),
    );
    expect(mistakes).toEqual([
      '$.effects: in the order LocalFireSwitch, LocalEmitEvent, RecordTransition',
      '$.effects: in the order LocalEmitEvent, LocalFireSwitch, RecordTransition',
      mistakes[0],
    ]);
  });

  it('is reported once, with the number of tests and one trail, and does not hide others', async () => {
    const report = await reportOf((question, answer) => {
      if (question.op !== 'step' || !('ok' in answer)) return null;
      const { state, effects } = answer.ok as { readonly state: object; readonly effects: readonly object[] };
      const isOther = question.event.type === 'LocalActivate';
      return { ok: { state: { ...state, ...(isOther ? { state: 'Failed' } : { extra: 1 }) }, effects } };
    });
    const text = conformanceText(report);
    const [extra] = report.mistakes.filter(({ mistake }) => mistake.includes('extra'));
    expect(report.mistakes).toHaveLength(2);
    expect(report.mismatches.length).toBeGreaterThan(10);
    expect(text.match(/^\d+\. /gm)).toEqual(['1. ', '2. ']);
    expect(text.match(/\$\.ok\.state\.extra/g)).toHaveLength(1);
    expect(text.match(/^ {3}> /gm)).toHaveLength(2);
    expect(text).toContain(
      `and the same at ${(extra?.places.length ?? 0) - 1} other places, ${extra?.count} times in ${extra?.tests} tests\n   also `,
    );
    expect(extra?.tests).toBeGreaterThan(1);
  });
});
