import { conformanceHtml, type ConformanceReport, type Mismatch, type Question } from '../testing/node.ts';
import type { Problem } from '../text/index.ts';
import { linkOfSession, type Session } from '../visualize/index.ts';
import { basename } from 'node:path';
import type { Io } from './io.ts';
import { writeOutput } from './output-file.ts';
import { pageWith } from './visualize-page.ts';

/** A session of the page that shows a wrongly answered event and the correct result. */
function sessionOf(question: Question, title: string): Session | null {
  const common = { side: 'both', onHealthFailure: 'halt', cursor: 1 } as const;
  switch (question.op) {
    case 'step':
      return {
        ...common,
        machine: 'host',
        onHealthFailure: question.policy.onHealthFailure,
        start: { kind: 'record', record: question.state, title },
        events: [question.event],
      };
    case 'rollout_step':
      return {
        ...common,
        machine: 'rollout',
        start: { kind: 'record', record: question.record, title },
        events: [question.event],
      };
    case 'start':
    case 'rehydrate':
    case 'rollout_start':
      return null;
  }
}

/** For a session, the shortest path that shows the mistake; otherwise, the question itself. */
function fragmentOf(mismatch: Mismatch, { reproducers }: ConformanceReport): string | null {
  const { question, place } = mismatch;
  const [path] = reproducers.find(({ mistake }) => mistake === mismatch.mistake)?.paths ?? [];
  if (path === undefined) {
    const session = sessionOf(question, place);
    return session === null ? null : linkOfSession('chart', session);
  }
  const events = path.steps.map(({ event }) => event);
  return linkOfSession('chart', {
    machine: 'host',
    side: 'both',
    onHealthFailure: path.policy.onHealthFailure,
    start: { kind: 'record', record: path.start, title: place },
    events,
    cursor: events.length,
  });
}

function builtPage(): string | null {
  const page = pageWith(null);
  return page.ok ? page.text : null;
}

/**
 * Writes the report as an HTML page. Each mistake links to the page of `visualize`, which is written beside it as
 * `FILE.chart.html`, unless there are no mistakes, that page was not built, or the report goes to standard output.
 */
export function writeReportPage(file: string, report: ConformanceReport, io: Io, page = builtPage()): Problem | null {
  if (report.mismatches.length === 0 || file === '-' || page === null)
    return writeOutput(file, conformanceHtml(report), io);
  const chartFile = `${file.replace(/\.html?$/, '')}.chart.html`;
  const address = encodeURIComponent(basename(chartFile));
  const linkTo = (mismatch: Mismatch): string | null => {
    const fragment = fragmentOf(mismatch, report);
    return fragment === null ? null : `${address}#${fragment}`;
  };
  return writeOutput(file, conformanceHtml(report, linkTo), io) ?? writeOutput(chartFile, page, io);
}
