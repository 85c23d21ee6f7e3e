import { measureDurations, writeDurations } from '../plan/index.ts';
import type { Problem } from '../text/index.ts';
import { readRunFile } from '../visualize/index.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { readFleetInput } from './fleet-input.ts';
import { readInput } from './input-file.ts';
import type { Io } from './io.ts';
import { refuseToOverwrite, writeOutput } from './output-file.ts';
import { refuse } from './problem.ts';

/** The options of `durations` as they were typed. */
export interface DurationsFlags {
  readonly fleet?: string;
  readonly out?: string;
}

const LOG_REMEDY = 'Give the file of `simulate --events FILE` or `simulate --record FILE`.';

/** Writes how long things took in a log, as `plan --durations` reads it. */
export async function measureLog(file: string, { fleet: ofFleet, out }: DurationsFlags, io: Io): Promise<ExitCode> {
  const problems: Problem[] = [];
  const input = await readInput(file, io, LOG_REMEDY);
  if (!input.ok) problems.push(input.problem);
  const read = input.ok ? readRunFile(input.text) : null;
  if (read !== null && !read.ok) problems.push({ path: file, message: read.message, remedy: LOG_REMEDY });
  const fleet = ofFleet === undefined ? null : await readFleetInput(ofFleet, `--fleet ${ofFleet}`, problems, io);
  refuseToOverwrite([file, ...(ofFleet === undefined ? [] : [ofFleet])], [['--out', out]], problems);
  if (problems.length > 0 || read === null || !read.ok) return refuse(io, problems);
  const measured = measureDurations(read.events, fleet?.fleet ?? null);
  if (measured.size === 0) {
    const message = 'no host has activated, rolled back or rebooted in it';
    return refuse(io, [{ path: file, message, remedy: 'Give the log of a rollout that switched hosts.' }]);
  }
  const problem = writeOutput(out ?? '-', writeDurations(measured), io, `--out ${out ?? '-'}`);
  return problem === null ? EXIT.ok : refuse(io, [problem]);
}
