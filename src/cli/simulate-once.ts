import { createHash } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import {
  encodeEventLogHeader,
  encodeRunEvent,
  findUnmet,
  jsonReport,
  planReport,
  resultReport,
  simulate,
  type Assumption,
  type Expectation,
  type PageFormat,
  type Progress,
  type Run,
  type RunEvent,
  type Scenario,
} from '../simulator/index.ts';
import { formatCount, formatDuration } from '../text/index.ts';
import { keepFor, runFileOf } from '../visualize/index.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { type Io, remark } from './io.ts';
import { OutputFile, UnwritableOutput, type OutputOption } from './output-file.ts';
import { pageFormat } from './page-format.ts';
import { printJson } from './print-json.ts';
import { refuse } from './problem.ts';
import { ProgressLine } from './progress-line.ts';
import { outputsOf, type SimulateFlags, type SimulateRequest } from './simulate-input.ts';

/** Runs a scenario once, writes its files, and prints a report, or JSON with `--json`. */
export function simulateOnce(simulation: SimulateRequest, flags: SimulateFlags, io: Io): Promise<ExitCode> {
  const progress = new ProgressLine(io.stderr);
  return withOutputs(outputsOf(flags), io, (files) => {
    try {
      return runAndReport(simulation, files, flags, progress, io);
    } finally {
      progress.clear();
    }
  });
}

type OutputFiles = ReadonlyMap<string, OutputFile>;

/** Opens outputs before a run, which may take a long time, to find out whether they can be written. */
export async function withOutputs(
  outputs: readonly OutputOption[],
  io: Io,
  use: (files: OutputFiles) => ExitCode | Promise<ExitCode>,
): Promise<ExitCode> {
  const files = new Map<string, OutputFile>();
  try {
    for (const [option, file] of outputs)
      if (file !== undefined) files.set(option, new OutputFile(file, io, `${option} ${file}`));
    return await use(files);
  } catch (error) {
    for (const file of files.values()) file.discard();
    if (error instanceof UnwritableOutput) return refuse(io, [error.problem]);
    throw error;
  }
}

function runAndReport(
  { scenario, expectation, assumptions, messagesOf }: SimulateRequest,
  files: OutputFiles,
  flags: SimulateFlags,
  progress: ProgressLine,
  io: Io,
): ExitCode {
  const record = files.get('--record');
  const report = new RunReport(scenario, assumptions, files, flags, io);
  boundHeap(scenario.hosts.length);
  const run = simulate(scenario, {
    ...(record === undefined ? {} : { keep: keepFor(scenario) }),
    ...(messagesOf === null ? {} : { messagesOf }),
    onEvent: (event) => report.add(event),
    ...(progress.isShown ? { onProgress: (done) => progress.show((elapsedMs) => progressText(done, elapsedMs)) } : {}),
  });
  progress.clear();
  report.print(run);
  for (const file of files.values()) file.close();
  return expectation === null ? exitCodeOf(run) : holdAgainst(expectation, run, io);
}

const CHUNK_LENGTH = 1 << 16;

/** Prints and writes a run for `simulate` and `rehearse`: the event log, the run file, and a report or JSON. */
export class RunReport {
  readonly #io: Io;
  readonly #files: OutputFiles;
  readonly #json: boolean;
  /** If a program reads standard output, print nothing else there. */
  readonly #isForPeople: boolean;
  readonly #format: PageFormat;
  readonly #startedAt = performance.now();
  readonly #hash = createHash('sha256');
  #chunk: string;

  /** Prints the plan, before the run. */
  constructor(
    scenario: Scenario,
    assumptions: readonly Assumption[],
    files: OutputFiles,
    { json = false, ...flags }: SimulateFlags,
    io: Io,
  ) {
    this.#io = io;
    this.#files = files;
    this.#json = json;
    this.#isForPeople = !json && outputsOf(flags).every(([, file]) => file !== '-');
    this.#format = pageFormat(io);
    this.#chunk = `${encodeEventLogHeader(scenario)}\n`;
    if (this.#isForPeople) io.stdout.write(planReport(scenario, this.#format, assumptions));
  }

  /** Adds an event to the event log, which is hashed, and written if `--events` is given. */
  add(event: RunEvent): void {
    if (!this.#json && !this.#files.has('--events')) return;
    this.#chunk += `${encodeRunEvent(event)}\n`;
    if (this.#chunk.length >= CHUNK_LENGTH) this.#flush();
  }

  print(run: Run): void {
    this.#flush();
    if (this.#json) {
      const wallMs = Math.round(performance.now() - this.#startedAt);
      const peakRssBytes = process.resourceUsage().maxRSS * 1024;
      const { machineSteps } = run;
      const stats = { machineSteps, wallMs, peakRssBytes, eventLogSha256: this.#hash.digest('hex') };
      printJson(jsonReport(run, stats), this.#io.stdout.write);
    } else if (this.#isForPeople) {
      this.#io.stdout.write(`\n${resultReport(run, this.#format)}`);
    }
    this.#files.get('--record')?.write(JSON.stringify(runFileOf(run)));
  }

  #flush(): void {
    const bytes = Buffer.from(this.#chunk);
    this.#chunk = '';
    this.#hash.update(bytes);
    this.#files.get('--events')?.write(bytes);
  }
}

function progressText({ now, machineSteps, hosts, ended }: Progress, elapsedMs: number): string {
  const perSecond = formatCount(Math.round((machineSteps * 1000) / elapsedMs));
  return `${formatDuration(now)} simulated, ${formatCount(ended)} of ${formatCount(hosts)} hosts done, ${perSecond} steps/s`;
}

/** A run that does not meet its scenario's expectations fails, however well it ended. */
export function holdAgainst(expectation: Expectation, run: Run, io: Io): ExitCode {
  const exitCode = exitCodeOf(run);
  const unmet = [...findUnmet(expectation, run)];
  if (expectation.exit !== null && expectation.exit !== exitCode)
    unmet.push(`exit: expected ${expectation.exit}, got ${exitCode}.`);
  for (const sentence of unmet) remark(io, `not as expected: ${sentence}`);
  return unmet.length > 0 && exitCode === EXIT.ok ? EXIT.notTerminal : exitCode;
}

/** The exit code of a run without expectations. */
export function exitCodeOf({ outcome }: Run): ExitCode {
  switch (outcome) {
    case 'terminal':
      return EXIT.ok;
    case 'not-terminal':
      return EXIT.notTerminal;
    case 'invariant-broken':
      return EXIT.invariantBroken;
  }
}

/** Smaller fleets need little memory anyway. */
const LARGE_FLEET_HOSTS = 20_000;

/**
 * Collects garbage sooner for a large fleet. By default the heap may grow to four times what is in use. A limit of 1.7
 * times halves memory at little cost in time.
 */
function boundHeap(hosts: number): void {
  if (hosts > LARGE_FLEET_HOSTS) setFlagsFromString('--heap-growing-percent=70');
}
