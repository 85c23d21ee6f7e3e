import {
  conformanceJUnit,
  conformanceText,
  coverageOverlay,
  githubAnnotations,
  gitlabReport,
  isOperation,
  jobSummary,
  sides,
  type ConformanceReport,
} from '../testing/node.ts';
import { printableLines, type Problem } from '../text/index.ts';
import { conformOutputs, type ConformFlags } from './conform-questions.ts';
import { EXIT, exitCodeOfSignal, type ExitCode } from './exit-codes.ts';
import { notify, type Io } from './io.ts';
import { writeRequested } from './output-file.ts';
import { jsonText } from './print-json.ts';
import { refuse } from './problem.ts';

/** Prints and writes the report. Returns the exit code. */
export async function writeReport(
  report: ConformanceReport,
  flags: ConformFlags,
  interruption: AbortSignal,
  io: Io,
): Promise<ExitCode> {
  const { exec, json, junit, overlay, reproducers, html, github, gitlab, summary } = flags;
  // The report contains text from the peer, which must not control the terminal.
  const text = printableLines(`${conformanceText(report)}\n`);
  const isStdoutFree = conformOutputs(flags).every(([, file]) => file !== '-');
  const unwritten = [
    ...writeRequested(
      [
        [isStdoutFree ? '-' : undefined, () => text],
        [json, () => jsonText(report)],
        [junit, () => conformanceJUnit(report)],
        [overlay, () => jsonText(coverageOverlay(report.coverage))],
        [reproducers, () => report.reproducers.map(({ line }) => line).join('')],
        [github, () => githubAnnotations(report)],
        [gitlab, () => jsonText(gitlabReport(report))],
        [summary, () => jobSummary(report)],
      ],
      io,
    ),
    ...(html === undefined ? [] : await writeHtml(html, report, io)),
  ];
  if (interruption.aborted) {
    notify(io, 'Interrupted. The report covers the answers received so far.');
    if (unwritten.length > 0) refuse(io, unwritten);
    return exitCodeOfSignal(interruption);
  }
  notify(io, ...(exec === undefined ? [] : remedies(report, exec)), ...report.shortfalls);
  return unwritten.length > 0 ? refuse(io, unwritten) : exitCodeOf(report);
}

function exitCodeOf({ verdict, shortfalls }: ConformanceReport): ExitCode {
  switch (verdict) {
    case 'differs':
      return EXIT.differs;
    case 'peer-failed':
    case 'nothing-asserted':
      return EXIT.peerFailed;
    case 'conforms':
      return shortfalls.length > 0 ? EXIT.belowThreshold : EXIT.ok;
  }
}

async function writeHtml(file: string, report: ConformanceReport, io: Io): Promise<readonly Problem[]> {
  const { writeReportPage } = await import('./conform-report-page.ts');
  return [writeReportPage(file, report, io)].filter((problem) => problem !== null);
}

/** Advice in addition to the report, one sentence each. */
export function remedies(report: ConformanceReport, exec: string): readonly string[] {
  const { verdict, tests } = report;
  const isNothingCompared = tests.every(({ compared }) => compared === 0);
  if (verdict === 'peer-failed' && isNothingCompared) {
    return [`Run ${JSON.stringify(exec)} by hand: it must answer each line of JSON that it reads from standard input.`];
  }
  if (report.mode === 'session' && report.unsupported.open !== undefined) {
    return ['The peer has no sessions: leave out --session, or answer open, event and close.'];
  }
  // A peer that supports nothing has another problem.
  if (verdict !== 'nothing-asserted' || isNothingCompared) return [];
  const options = narrowerOptions(report);
  return options.length > 0
    ? [`If the other implementation does not support this on purpose, skip it with ${options.join(' ')}.`]
    : [];
}

/** Options that skip only what is unsupported: `--without step` would skip the supported side as well. */
function narrowerOptions({ hostEvents, unsupported }: ConformanceReport): readonly string[] {
  const whole = sides.filter((side) => hostEvents[side].compared > 0 && hostEvents[side].unsupported === 0);
  const lacking = sides.filter((side) => hostEvents[side].unsupported > 0);
  const isOneSided = whole.length === 1 && lacking.every((side) => hostEvents[side].compared === 0);
  const isAnyStepCompared = sides.some((side) => hostEvents[side].compared > 0);
  const operations = Object.keys(unsupported)
    .filter(isOperation)
    .filter((operation) => operation !== 'step' || !isAnyStepCompared);
  return [
    ...(isOneSided && lacking.length > 0 ? whole.map((side) => `--side ${side}`) : []),
    ...operations.map((operation) => `--without ${operation}`),
  ];
}
