import { coverageProperties } from '../coverage/coverage-formats.ts';
import type { ConformanceReport, TestOutcome } from './conformance-report.ts';

/** Escapes text for XML 1.0 and HTML, and replaces characters that they cannot hold. */
export function xmlText(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** A failed peer is an error of the test run; anything else is a failure of the test. */
const isError = ({ fault }: TestOutcome): boolean => fault === 'peer';
const isFailure = ({ problem, fault }: TestOutcome): boolean => problem !== null && fault !== 'peer';

/** Starts with the event and its state, because many servers show only the message. */
function messageOf({ problem, trail, step }: TestOutcome): string {
  const at = trail.at(-1)?.replace(/^> /, '') ?? null;
  const where = at === null ? '' : `${at}${step === null ? '' : ` (event ${step})`}: `;
  return `${where}${problem ?? ''}`;
}

const seconds = (ms: number): string => (ms / 1_000).toFixed(3);

function testCase(test: TestOutcome): string {
  const { name, problem, trail } = test;
  const open = `    <testcase classname="conformance" time="${seconds(test.durationMs)}" name="${xmlText(name)}">`;
  if (problem !== null) {
    const element = isError(test) ? 'error' : 'failure';
    const body = xmlText([problem, ...trail].join('\n'));
    return `${open}\n      <${element} message="${xmlText(messageOf(test))}">${body}</${element}>\n    </testcase>`;
  }
  return `${open}</testcase>`;
}

/** Problems without a test get their own, because a JUnit report has no other place for them. */
function peerTests({ unexplained, disorder, shortfalls, tests }: ConformanceReport): readonly TestOutcome[] {
  const lone = { events: 0, durationMs: 0, compared: 0, skipped: 0, trail: [], step: null, fault: 'peer' } as const;
  return [
    ...unexplained.map(({ message }) => ({ name: 'nothing fails beside the questions', problem: message, ...lone })),
    ...(disorder.count > 0 ? [{ name: 'answers in order', problem: disorder.example ?? 'out of order', ...lone }] : []),
    ...shortfalls.map((problem) => ({ ...lone, name: 'coverage', problem, fault: 'untested' as const })),
    ...(tests.length === 0
      ? [{ ...lone, name: 'something is compared', problem: 'nothing was', fault: 'untested' as const }]
      : []),
  ];
}

/** The report as JUnit XML, as read by Jenkins, with coverage as properties. */
export function conformanceJUnit(report: ConformanceReport): string {
  const tests = [...report.tests, ...peerTests(report)];
  const failures = tests.filter(isFailure).length;
  const errors = tests.filter(isError).length;
  const time = seconds(tests.reduce((sum, { durationMs }) => sum + durationMs, 0));
  const counts = `tests="${tests.length}" failures="${failures}" errors="${errors}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts} time="${time}">`,
    `  <testsuite name="nixfleet-statechart conform" ${counts} skipped="0" time="${time}">`,
    '    <properties>',
    ...[...coverageProperties(report.coverage), ['restrictions', report.restrictions.join(', ')] as const].map(
      ([name, value]) => `      <property name="${xmlText(name)}" value="${xmlText(value)}"/>`,
    ),
    '    </properties>',
    ...tests.map(testCase),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}
