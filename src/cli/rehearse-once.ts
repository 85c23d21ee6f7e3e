import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareWithSimulation, findUnrehearsed, rehearse, type Rehearsed } from '../runtime/rehearse/index.ts';
import { encodeEventLogHeader, encodeRunEvent, jsonReport, planReport, resultReport } from '../simulator/index.ts';
import { keepFor, runFileOf } from '../visualize/index.ts';
import { EXIT, exitCodeOfSignal, type ExitCode } from './exit-codes.ts';
import { tell, type Io } from './io.ts';
import { wholeNumberOption } from './options.ts';
import { OutputFile, UnwritableOutput } from './output-file.ts';
import { pageFormat } from './page-format.ts';
import { printJson } from './print-json.ts';
import { refuse } from './problem.ts';
import { outputsOf, readSimulation, type SimulateFlags, type SimulateRequest } from './simulate-input.ts';
import { exitCodeOf, holdAgainst } from './simulate-once.ts';
import type { Problem } from '../text/index.ts';

/** The options of `rehearse` as they were typed. */
export interface RehearseFlags extends SimulateFlags {
  readonly speed?: string;
  readonly compare?: boolean;
  readonly stream?: string;
  readonly keep?: string;
}

const DEFAULT_SPEED = 60;
/** Real processes take their time: by a slower clock, it counts for less. */
const DEFAULT_COMPARE_SPEED = 20;
const MAX_SPEED = 10_000;

/** Rehearses a scenario, writes its files, and reports it as `simulate` does. */
export async function rehearseOnce(file: string | undefined, flags: RehearseFlags, io: Io): Promise<ExitCode> {
  const problems: Problem[] = [];
  const speed =
    wholeNumberOption('--speed', flags.speed, { min: 1, max: MAX_SPEED }, problems) ??
    (flags.compare === true ? DEFAULT_COMPARE_SPEED : DEFAULT_SPEED);
  const input = await readSimulation(file, flags, io);
  if (!input.ok) return refuse(io, [...problems, ...input.problems], input.source);
  problems.push(...findUnrehearsed(input.scenario));
  if (problems.length > 0) return refuse(io, problems, file);
  const files = new Map<string, OutputFile>();
  const folder = flags.keep ?? mkdtempSync(join(tmpdir(), 'nixfleet-rehearsal-'));
  try {
    // Opened before the run, which may take long, to find out whether they can be written.
    for (const [option, path] of [...outputsOf(flags), ['--stream', flags.stream] as const])
      if (path !== undefined) files.set(option, new OutputFile(path, io, `${option} ${path}`));
    return await rehearseAndReport(input, flags, { speed, folder, files }, io);
  } catch (error) {
    for (const output of files.values()) output.discard();
    if (error instanceof UnwritableOutput) return refuse(io, [error.problem]);
    throw error;
  } finally {
    if (flags.keep === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

interface Rehearsing {
  readonly speed: number;
  readonly folder: string;
  readonly files: ReadonlyMap<string, OutputFile>;
}

async function rehearseAndReport(
  { scenario, expectation, assumptions }: SimulateRequest,
  { json = false, compare = false, ...flags }: RehearseFlags,
  { speed, folder, files }: Rehearsing,
  io: Io,
): Promise<ExitCode> {
  const isForPeople = !json && outputsOf(flags).every(([, path]) => path !== '-');
  const format = pageFormat(io);
  if (isForPeople) io.stdout.write(planReport(scenario, format, assumptions));
  const startedAt = performance.now();
  const interruption = io.interruption();
  const log = createHash('sha256');
  const write = (line: string): void => {
    const text = `${line}\n`;
    log.update(text);
    files.get('--events')?.write(Buffer.from(text));
  };
  write(encodeEventLogHeader(scenario));
  const rehearsed = await rehearse(
    scenario,
    { folder, speed, signal: interruption },
    { keep: keepFor(scenario), onEvent: (event) => write(encodeRunEvent(event)) },
  );
  const { run, defects } = rehearsed;
  if (json) {
    const wallMs = Math.round(performance.now() - startedAt);
    const peakRssBytes = process.resourceUsage().maxRSS * 1024;
    const figures = { machineSteps: run.machineSteps, wallMs, peakRssBytes, eventLogSha256: log.digest('hex') };
    printJson(jsonReport(run, figures), io.stdout.write);
  } else if (isForPeople) {
    io.stdout.write(`\n${resultReport(run, format)}`);
  }
  writeFiles(rehearsed, files);
  for (const defect of defects) tell(io, `a process ended unexpectedly: ${defect}`);
  if (compare) for (const line of compareWithSimulation(scenario, rehearsed)) tell(io, line);
  if (interruption.aborted) return exitCodeOfSignal(interruption);
  const exitCode = expectation === null ? exitCodeOf(run) : holdAgainst(expectation, run, io);
  return defects.length > 0 && exitCode === EXIT.ok ? EXIT.notTerminal : exitCode;
}

function writeFiles({ run, stream }: Rehearsed, files: ReadonlyMap<string, OutputFile>): void {
  files.get('--record')?.write(Buffer.from(JSON.stringify(runFileOf(run))));
  const observed = files.get('--stream');
  if (observed !== undefined) for (const line of stream()) observed.write(Buffer.from(`${line}\n`));
  for (const file of files.values()) file.close();
}
