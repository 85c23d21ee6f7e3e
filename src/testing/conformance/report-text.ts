import { coverageTable } from '../coverage/coverage-formats.ts';
import { differenceText } from '../difference.ts';
import { count, formatCount } from '../../text/index.ts';
import type {
  ConformanceReport,
  Failure,
  Mismatch,
  Mistake,
  RecordKeeper,
  Reproducer,
  TestOutcome,
} from './conformance-report.ts';
import { trailLines } from './trail.ts';

const MAX_SHOWN = 20;

const times = (often: number): string => (often === 1 ? 'once' : `${formatCount(often)} times`);

function headline({ verdict, tests, untested }: ConformanceReport): string {
  switch (verdict) {
    case 'conforms':
      return 'It conforms.';
    case 'differs':
      return 'It differs.';
    case 'peer-failed':
      return tests.some(({ compared }) => compared > 0) ? 'It could not answer everything.' : 'It never answered.';
    case 'nothing-asserted':
      return tests.every(({ compared }) => compared === 0)
        ? 'Nothing was compared, so nothing is known.'
        : `${formatCount(untested)} of ${count(tests.length, 'test')} did not compare everything.`;
  }
}

const MAX_PLACES = 5;

/** Each mistake once, at the place with the shortest path. */
function mistakeTexts({ mismatches, mistakes, reproducers }: ConformanceReport): readonly string[] {
  const seen = new Set<string>();
  const first = mismatches.filter(({ mistake }) => !seen.has(mistake) && seen.add(mistake));
  return first.map((mismatch, index) =>
    mismatchText(
      mismatch,
      index,
      mistakes.find(({ mistake }) => mistake === mismatch.mistake),
      reproducers.find(({ mistake }) => mistake === mismatch.mistake),
    ),
  );
}

/** What matters in the question, and how to ask it again. */
function reproducerLines({ id, inSession }: Mismatch, reproducer: Reproducer | undefined): readonly string[] {
  if (reproducer === undefined) return [];
  const { matters, history, isWrongAlone } = reproducer;
  if (inSession !== undefined) return [...pathLines(reproducer), `   ask it again with --session --only ${id}`];
  if (!isWrongAlone) {
    return [
      '   right when asked alone: the other implementation keeps state that is not in the question',
      ...(history.length > 0 ? ['   wrong as the last of these, on a new process:'] : []),
      ...trailLines(history).map((line) => `   ${line}`),
    ];
  }
  return [
    ...(matters.length > 0 ? [`   it depends on ${matters.join(', ')}`] : []),
    `   ask it again with --only ${id}`,
  ];
}

/** The fewest paths and events of a session that show the mistake. */
function pathLines({ paths, isWrongAlone }: Reproducer): readonly string[] {
  if (paths.length === 0) return ['   right when its paths were run again'];
  const events = paths.reduce((sum, { steps }) => sum + steps.length, 0);
  const together = isWrongAlone ? '' : `, in ${paths.length} sessions that are open together`;
  return [
    `   shortest: ${count(events, 'event')}${together}`,
    ...paths.flatMap(({ start, steps }) => {
      const places = steps.map(({ event }) => event.type);
      return [`   ${JSON.stringify(start.hostname)} of ${start.rolloutId}, ${start.state}: ${places.join(', ')}`];
    }),
  ];
}

function mismatchText(
  mismatch: Mismatch,
  index: number,
  mistake: Mistake | undefined,
  reproducer: Reproducer | undefined,
): string {
  const { place, differences, test, trail } = mismatch;
  const others = mistake?.places.filter((each) => each !== place) ?? [];
  const more = others.length > MAX_PLACES ? ` and ${others.length - MAX_PLACES} more` : '';
  const often =
    mistake === undefined || others.length === 0
      ? times(mismatch.count)
      : `and the same at ${others.length} other ${others.length === 1 ? 'place' : 'places'}, ${times(mistake.count)} in ${count(mistake.tests, 'test')}`;
  return [
    `${index + 1}. ${place}, ${often}`,
    ...(others.length > 0 ? [`   also ${others.slice(0, MAX_PLACES).join(', ')}${more}`] : []),
    ...differences.map((each) => `   ${differenceText(each)}`),
    `   in ${test}`,
    ...trailLines(trail).map((line) => `   ${line}`),
    ...reproducerLines(mismatch, reproducer),
  ].join('\n');
}

const failureText = ({ place, test, count, problem }: Failure): string =>
  `- ${place}, ${times(count)}: ${problem.message}\n   in ${test}`;

/** Shown only if nothing worse happened, which would be the reason. */
function untestedTexts({ tests, verdict }: ConformanceReport): readonly string[] {
  if (verdict !== 'nothing-asserted' || tests.every(({ compared }) => compared === 0)) return [];
  const isUntested = ({ fault }: TestOutcome): boolean => fault === 'untested';
  return tests.filter(isUntested).map(({ name, problem }) => `- ${name}: ${problem ?? ''}`);
}

/** A peer that never answers is abandoned at once, whatever the limit; the headline says so. */
function givenUpTexts({ givenUpAfter, notAsked, tests }: ConformanceReport): readonly string[] {
  if (givenUpAfter === null || notAsked === 0 || !tests.some(({ compared }) => compared > 0)) return [];
  return [`It was abandoned after ${givenUpAfter} problems, the limit set by --max-problems.`];
}

/** Explains why there are more answers in tests than questions. */
function sharedTexts({ tests, asked, notAsked }: ConformanceReport): readonly string[] {
  const needed = tests.reduce((sum, { events }) => sum + events, 0);
  const shared = needed - asked - notAsked;
  if (shared <= 0) return [];
  return [
    `${count(tests.length, 'test')} need ${formatCount(needed)} answers; ${formatCount(shared)} of them are shared and asked once.`,
  ];
}

const KEEPER_TEXTS: Readonly<Record<RecordKeeper, string>> = {
  question: 'Each question had its record; --session tests a peer that keeps its own.',
  session: 'The peer kept the records itself, over whole paths.',
  mirror: 'The control plane kept the records itself, over whole paths.',
};

function section(title: string, items: readonly string[]): readonly string[] {
  if (items.length === 0) return [];
  const more = items.length - MAX_SHOWN;
  return [
    '',
    title,
    ...items.slice(0, MAX_SHOWN),
    ...(more > 0 ? [`and ${more} more; the JSON report has them all`] : []),
  ];
}

/** The report for a terminal: the smallest mismatches first, each with the path that leads there. */
export function conformanceText(report: ConformanceReport): string {
  const { asked, matched, mismatched, failed, notAsked, restarts, disorder } = report;
  const unsupported = Object.entries(report.unsupported).map(([op, often]) => `${op} (${times(often)})`);
  const lacking = asked - matched - mismatched - failed;
  const sum = [
    `${formatCount(matched)} right`,
    `${formatCount(mismatched)} wrong`,
    ...(lacking > 0 ? [`${formatCount(lacking)} unsupported`] : []),
    ...(failed > 0 ? [`${formatCount(failed)} without an answer`] : []),
  ];
  const isComparing = report.tests.some(({ compared }) => compared > 0);
  const counts = [
    `${formatCount(asked)} asked = ${sum.join(' + ')}`,
    ...(notAsked > 0 ? [`${formatCount(notAsked)} not asked after that`] : []),
    ...(restarts > 0 ? [`restarted ${times(restarts)}`] : []),
  ];
  return [
    `${headline(report)} ${counts.join(', ')}.`,
    ...sharedTexts(report),
    ...(isComparing ? [KEEPER_TEXTS[report.mode]] : []),
    ...givenUpTexts(report),
    ...(unsupported.length > 0 ? [`The peer does not support: ${unsupported.join(', ')}.`] : []),
    ...(isComparing ? section('This run was restricted by:', report.restrictions) : []),
    ...section('Incomplete tests:', untestedTexts(report)),
    ...section('Wrong answers, shortest path first:', mistakeTexts(report)),
    ...section('Questions that made the peer fail:', report.failures.map(failureText)),
    ...section(
      'Failures not caused by a single question:',
      report.unexplained.map(({ message }) => `- ${message}`),
    ),
    ...(disorder.count > 0
      ? ['', `Answers must come in the order of the questions. ${disorder.example ?? ''} (${times(disorder.count)})`]
      : []),
    '',
    report.coverage.steps.answered > 0
      ? coverageTable(report.coverage)
      : 'No host event was answered, so nothing is covered.',
  ].join('\n');
}
