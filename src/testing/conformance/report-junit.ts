import { coverageProperties } from '../coverage/coverage-formats.ts';
import type { ConformanceReport, TestOutcome } from './conformance-report.ts';

/** What XML 1.0 cannot hold is left out, and what it gives a meaning to is escaped. */
function xmlText(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

function testCase({ name, problem, skipped, events }: TestOutcome): string {
  const open = `    <testcase classname="conformance" name="${xmlText(name)}">`;
  if (problem !== null) {
    const message = xmlText(problem);
    return `${open}\n      <failure message="${message}">${message}</failure>\n    </testcase>`;
  }
  if (skipped === 0) return `${open}</testcase>`;
  return `${open}\n      <skipped message="${skipped} of ${events} events were not run"/>\n    </testcase>`;
}

/** Problems that belong to no test become a test of their own, because a JUnit report has no other place for them. */
function peerTests({ unexplained, disorder, tests }: ConformanceReport): readonly TestOutcome[] {
  const lone = { events: 0, compared: 0, skipped: 0 };
  return [
    ...unexplained.map(({ message }) => ({ name: 'the peer stays up', problem: message, ...lone })),
    ...(disorder.count > 0 ? [{ name: 'answers in order', problem: disorder.example ?? 'out of order', ...lone }] : []),
    ...(tests.length === 0 ? [{ name: 'something is compared', problem: 'nothing was', ...lone }] : []),
  ];
}

/** The report as JUnit XML, with coverage as properties. */
export function conformanceJUnit(report: ConformanceReport): string {
  const tests = [...report.tests, ...peerTests(report)];
  const failures = tests.filter(({ problem }) => problem !== null).length;
  const skipped = tests.filter(({ problem, skipped: count }) => problem === null && count > 0).length;
  const counts = `tests="${tests.length}" failures="${failures}" errors="0" skipped="${skipped}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="nixfleet-statechart conform" ${counts}>`,
    '    <properties>',
    ...coverageProperties(report.coverage).map(
      ([name, value]) => `      <property name="${xmlText(name)}" value="${xmlText(value)}"/>`,
    ),
    '    </properties>',
    ...tests.map(testCase),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}
