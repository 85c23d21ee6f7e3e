import { printable } from '../text/index.ts';
import { encodeEventLogHeader, simulate, type Run, type Scenario } from '../simulator/index.ts';
import { findUnmet, type Expectation } from '../simulator/scenario-file/index.ts';
import { runRecorder } from '../visualize/index.ts';
import { jsonReport, planReport, resultReport, Timeline, type PageFormat } from '../simulator/report/index.ts';
import { boundHeap } from './bound-heap.ts';
import type { Engine } from './engine-option.ts';
import { EventLogFile, UnwritableLog } from './event-log-file.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { checkOutput, refuseToOverwrite, refuseTwoInOnePlace, writeOutput, type OutputOption } from './output-file.ts';
import { printJson } from './print-json.ts';
import { problemText, type Problem } from './problem.ts';
import { ProgressLine } from './progress-line.ts';

/** The options of `simulate` that say what is told of one run, and where. */
export interface OnceFlags {
  readonly json: boolean;
  readonly events?: string;
  readonly record?: string;
}

/** `inputs` are the files that are read for the run. */
export function readOnce(flags: OnceFlags, inputs: readonly string[], problems: Problem[]): void {
  const report: readonly OutputOption[] = flags.json ? [['--json', '-', '--json']] : [];
  refuseTwoInOnePlace([...report, ...outputsOf(flags)], problems);
  refuseToOverwrite(inputs, outputsOf(flags), problems);
}

const outputsOf = ({ events, record }: OnceFlags): readonly OutputOption[] => [
  ['--events', events],
  ['--record', record],
];

/** Runs a scenario once; 0, 2 or 3 as it ends, or 1 where something could not be written. */
export function runOnce(
  scenario: Scenario,
  expectation: Expectation | null,
  engine: Engine,
  format: PageFormat,
  flags: OnceFlags,
): ExitCode {
  const unwritable = flags.record === undefined ? null : checkOutput(flags.record);
  if (unwritable !== null) return refuse(ofRecord(flags, unwritable));
  const progress = new ProgressLine(process.stderr);
  try {
    return runAndTell(scenario, expectation, engine, format, flags, progress);
  } catch (error) {
    if (error instanceof UnwritableLog) return refuse(error.problem);
    throw error;
  } finally {
    progress.clear();
  }
}

function runAndTell(
  scenario: Scenario,
  expectation: Expectation | null,
  engine: Engine,
  format: PageFormat,
  flags: OnceFlags,
  progress: ProgressLine,
): ExitCode {
  // What a program reads from standard output stands there alone.
  const isForPeople = !flags.json && outputsOf(flags).every(([, file]) => file !== '-');
  const log =
    flags.json || flags.events !== undefined
      ? new EventLogFile(flags.events ?? null, encodeEventLogHeader(scenario))
      : null;
  boundHeap(scenario.hosts.length);
  if (isForPeople) process.stdout.write(planReport(scenario, format));
  const recorder = flags.record === undefined ? null : runRecorder(scenario);
  const timeline = new Timeline();
  const startedAt = performance.now();
  const run = simulate(scenario, {
    onEvent: (event) => {
      if (isForPeople) timeline.take(event);
      log?.write(event);
      recorder?.take(event);
    },
    ...(engine === null ? {} : { step: engine }),
    ...(progress.isShown ? { onProgress: (done) => progress.show(done) } : {}),
  });
  progress.clear();
  const eventLogSha256 = log?.close() ?? '';
  if (flags.json) {
    const stats = {
      machineSteps: run.machineSteps,
      wallMs: Math.round(performance.now() - startedAt),
      peakRssBytes: peakRssBytes(),
      eventLogSha256,
    };
    printJson(jsonReport(run, stats));
  } else if (isForPeople) {
    process.stdout.write(`\n${timeline.report(format)}\n${resultReport(run, format)}`);
  }
  if (flags.record !== undefined && recorder !== null) {
    const problem = writeOutput(flags.record, JSON.stringify(recorder.finish(run)));
    if (problem !== null) return refuse(ofRecord(flags, problem));
  }
  return expectation === null ? exitCodeOf(run) : holdAgainst(expectation, run);
}

const ofRecord = ({ record = '' }: OnceFlags, problem: Problem): Problem => ({
  ...problem,
  path: `--record ${record}`,
});

function refuse(problem: Problem): ExitCode {
  process.stderr.write(problemText('This command', [problem]));
  return EXIT.badInput;
}

/** A run that comes to something else than its scenario expects has failed, however good it is. */
function holdAgainst(expectation: Expectation, run: Run): ExitCode {
  const exitCode = exitCodeOf(run);
  const unmet = [...findUnmet(expectation, run)];
  if (expectation.exit !== null && expectation.exit !== exitCode)
    unmet.push(`exit: expected ${expectation.exit}, got ${exitCode}.`);
  for (const sentence of unmet) process.stderr.write(`not as expected: ${printable(sentence)}\n`);
  return unmet.length > 0 && exitCode === EXIT.ok ? EXIT.notTerminal : exitCode;
}

function exitCodeOf({ outcome }: Run): ExitCode {
  switch (outcome) {
    case 'terminal':
      return EXIT.ok;
    case 'not-terminal':
      return EXIT.notTerminal;
    case 'invariant-broken':
      return EXIT.invariantBroken;
  }
}

function peakRssBytes(): number {
  return process.resourceUsage().maxRSS * 1024;
}
