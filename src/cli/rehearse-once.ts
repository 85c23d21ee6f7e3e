import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareWithSimulation, findUnrehearsed, rehearse } from '../runtime/rehearse/index.ts';
import { keepFor } from '../visualize/index.ts';
import { EXIT, exitCodeOfSignal, type ExitCode } from './exit-codes.ts';
import { notify, type Io } from './io.ts';
import { wholeNumberOption } from './options.ts';
import { refuseDirectory, type OutputFile } from './output-file.ts';
import { refuse } from './problem.ts';
import { outputsOf, readSimulation, type SimulateFlags, type SimulateRequest } from './simulate-input.ts';
import { exitCodeOf, holdAgainst, RunReport, withOutputs } from './simulate-once.ts';
import type { Problem } from '../text/index.ts';

/** The options of `rehearse` as typed. */
export interface RehearseFlags extends SimulateFlags {
  readonly speed?: string;
  readonly compare?: boolean;
  readonly keep?: string;
}

const DEFAULT_SPEED = 60;
const MAX_SPEED = 10_000;

/** Rehearses a scenario, writes its files, and prints the same report as `simulate`. */
export async function rehearseOnce(file: string | undefined, flags: RehearseFlags, io: Io): Promise<ExitCode> {
  const problems: Problem[] = [];
  const speed = wholeNumberOption('--speed', flags.speed, { min: 1, max: MAX_SPEED }, problems) ?? DEFAULT_SPEED;
  refuseUsed(flags.keep, problems);
  const input = await readSimulation(file, flags, io);
  if (!input.ok) return refuse(io, [...problems, ...input.problems], input.source);
  problems.push(...findUnrehearsed(input.scenario));
  if (problems.length > 0) return refuse(io, problems, file);
  const folder = flags.keep ?? mkdtempSync(join(tmpdir(), 'nixfleet-rehearsal-'));
  try {
    return await withOutputs(outputsOf(flags), io, (files) =>
      rehearseAndReport(input, flags, { speed, folder, files }, io),
    );
  } finally {
    if (flags.keep === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

/** With the database of another run in it, the judges would find mistakes where there are none. */
function refuseUsed(directory: string | undefined, problems: Problem[]): void {
  if (directory === undefined || !existsSync(directory)) return;
  if (!statSync(directory).isDirectory()) return refuseDirectory('--keep', directory, problems);
  if (readdirSync(directory).length === 0) return;
  const remedy = 'Give a new or an empty one: the processes would continue from what is there.';
  problems.push({ path: `--keep ${directory}`, message: 'this directory is not empty', remedy });
}

interface Rehearsing {
  readonly speed: number;
  readonly folder: string;
  readonly files: ReadonlyMap<string, OutputFile>;
}

async function rehearseAndReport(
  { scenario, expectation, assumptions }: SimulateRequest,
  flags: RehearseFlags,
  { speed, folder, files }: Rehearsing,
  io: Io,
): Promise<ExitCode> {
  const report = new RunReport(scenario, assumptions, files, flags, io);
  const interruption = io.interruption();
  const rehearsed = await rehearse(
    scenario,
    { folder, speed, signal: interruption },
    { keep: keepFor(scenario), onEvent: (event) => report.add(event) },
  );
  const { run, defects, stream } = rehearsed;
  report.print(run);
  const observed = files.get('--stream');
  if (observed !== undefined) for (const line of stream()) observed.write(`${line}\n`);
  for (const file of files.values()) file.close();
  for (const defect of defects) notify(io, `a process ended unexpectedly: ${defect}`);
  if (interruption.aborted) {
    notify(io, `The rehearsal was interrupted.${flags.compare === true ? ' It is not compared.' : ''}`);
    return exitCodeOfSignal(interruption);
  }
  if (flags.compare === true) for (const line of compareWithSimulation(scenario, run)) notify(io, line);
  const exitCode = expectation === null ? exitCodeOf(run) : holdAgainst(expectation, run, io);
  return defects.length > 0 && exitCode === EXIT.ok ? EXIT.notTerminal : exitCode;
}
