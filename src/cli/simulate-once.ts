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
  type Expectation,
  type Progress,
  type Run,
  type RunEvent,
} from '../simulator/index.ts';
import { formatCount, formatDuration } from '../text/index.ts';
import { keepFor, runFileOf } from '../visualize/index.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { tell, type Io } from './io.ts';
import { OutputFile, UnwritableOutput } from './output-file.ts';
import { pageFormat } from './page-format.ts';
import { printJson } from './print-json.ts';
import { refuse } from './problem.ts';
import { ProgressLine } from './progress-line.ts';
import { outputsOf, type SimulateFlags, type SimulateRequest } from './simulate-input.ts';

/** Runs a scenario once, writes its files, and reports it: to a person, or to a program with `--json`. */
export function simulateOnce(simulation: SimulateRequest, flags: SimulateFlags, io: Io): ExitCode {
  const progress = new ProgressLine(io.stderr);
  const files: OutputFile[] = [];
  const open = (option: string, file: string | undefined): OutputFile | null => {
    if (file === undefined) return null;
    const output = new OutputFile(file, io, `${option} ${file}`);
    files.push(output);
    return output;
  };
  try {
    // Opened before the run, which may take long, to find out whether they can be written.
    const events = open('--events', flags.events);
    const record = open('--record', flags.record);
    return runAndReport(simulation, { events, record }, flags, progress, io);
  } catch (error) {
    progress.clear();
    for (const file of files) file.discard();
    if (error instanceof UnwritableOutput) return refuse(io, [error.problem]);
    throw error;
  }
}

interface RunFiles {
  readonly events: OutputFile | null;
  readonly record: OutputFile | null;
}

function runAndReport(
  { scenario, expectation, assumptions, messagesOf }: SimulateRequest,
  files: RunFiles,
  { json = false, ...flags }: SimulateFlags,
  progress: ProgressLine,
  io: Io,
): ExitCode {
  // A program that reads standard output finds nothing else there.
  const isForPeople = !json && outputsOf(flags).every(([, file]) => file !== '-');
  const format = pageFormat(io);
  const log = json || files.events !== null ? new EventLog(files.events, encodeEventLogHeader(scenario)) : null;
  boundHeap(scenario.hosts.length);
  if (isForPeople) io.stdout.write(planReport(scenario, format, assumptions));
  const startedAt = performance.now();
  const run = simulate(scenario, {
    ...(files.record === null ? {} : { keep: keepFor(scenario) }),
    ...(messagesOf === null ? {} : { messagesOf }),
    onEvent: (event) => {
      log?.write(event);
    },
    ...(progress.isShown ? { onProgress: (done) => progress.show((elapsedMs) => progressText(done, elapsedMs)) } : {}),
  });
  progress.clear();
  const eventLogSha256 = log?.close() ?? '';
  if (json) {
    const wallMs = Math.round(performance.now() - startedAt);
    const { machineSteps } = run;
    printJson(jsonReport(run, { machineSteps, wallMs, peakRssBytes: peakRssBytes(), eventLogSha256 }), io.stdout.write);
  } else if (isForPeople) {
    io.stdout.write(`\n${resultReport(run, format)}`);
  }
  if (files.record !== null) {
    files.record.write(JSON.stringify(runFileOf(run)));
    files.record.close();
  }
  return expectation === null ? exitCodeOf(run) : holdAgainst(expectation, run, io);
}

const CHUNK_LENGTH = 1 << 16;

/** The event log of a run: hashed, and written to a file if there is one. */
class EventLog {
  readonly #hash = createHash('sha256');
  readonly #file: OutputFile | null;
  #chunk: string;

  constructor(file: OutputFile | null, header: string) {
    this.#file = file;
    this.#chunk = `${header}\n`;
  }

  write(event: RunEvent): void {
    this.#chunk += `${encodeRunEvent(event)}\n`;
    if (this.#chunk.length >= CHUNK_LENGTH) this.#flush();
  }

  /** Ends the log; its SHA-256 in hexadecimal. */
  close(): string {
    this.#flush();
    this.#file?.close();
    return this.#hash.digest('hex');
  }

  #flush(): void {
    const bytes = Buffer.from(this.#chunk);
    this.#chunk = '';
    this.#hash.update(bytes);
    this.#file?.write(bytes);
  }
}

function progressText({ now, machineSteps, hosts, ended }: Progress, elapsedMs: number): string {
  const perSecond = formatCount(Math.round((machineSteps * 1000) / elapsedMs));
  return `${formatDuration(now)} simulated, ${formatCount(ended)} of ${formatCount(hosts)} hosts done, ${perSecond} steps/s`;
}

/** A run that does not meet its scenario's expectation has failed, however well it ended. */
export function holdAgainst(expectation: Expectation, run: Run, io: Io): ExitCode {
  const exitCode = exitCodeOf(run);
  const unmet = [...findUnmet(expectation, run)];
  if (expectation.exit !== null && expectation.exit !== exitCode)
    unmet.push(`exit: expected ${expectation.exit}, got ${exitCode}.`);
  for (const sentence of unmet) tell(io, `not as expected: ${sentence}`);
  return unmet.length > 0 && exitCode === EXIT.ok ? EXIT.notTerminal : exitCode;
}

/** What a run without an expectation ends with. */
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

/** A smaller fleet needs little memory however it is used. */
const LARGE_FLEET_HOSTS = 20_000;

/**
 * Collects the garbage of a large fleet sooner. By default the heap may grow to four times what is in use before the
 * engine looks; at 1.7 times, memory is halved for little time.
 */
function boundHeap(hosts: number): void {
  if (hosts > LARGE_FLEET_HOSTS) setFlagsFromString('--heap-growing-percent=70');
}

const peakRssBytes = (): number => process.resourceUsage().maxRSS * 1024;
