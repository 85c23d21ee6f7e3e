import { exitCodesHelp, EXIT, type ExitCode } from './exit-codes.ts';
import type { DefineCommand, Io } from './io.ts';
import { measureDurations, writeDurations } from '../plan/index.ts';
import type { Problem } from '../text/index.ts';
import { isEventLog, isRunFile, readRunFile, type RunFileResult } from '../visualize/index.ts';
import { readFleetInput } from './fleet-input.ts';
import { readInput } from './input-file.ts';
import { refuseOutputs, refuseToOverwrite, writeOutput } from './output-file.ts';
import { refuse } from './problem.ts';

const LOG_REMEDY = 'Give the file of `simulate --events FILE` or `simulate --record FILE`.';
const HELP = `
LOG is an event log or a run file. The output has quantiles of activation,
rollback and reboot times, for all hosts and, with --fleet, for the hosts with
each tag.

Examples:
  $ nixfleet-statechart simulate fleet.resolved.json --events log.jsonl
  $ nixfleet-statechart durations log.jsonl --fleet fleet.resolved.json --out durations.yaml
  $ nixfleet-statechart plan new.json --from running.json --durations durations.yaml
${exitCodesHelp('others')}`;

interface DurationsFlags {
  readonly fleet?: string;
  readonly out?: string;
}

export const defineDurations: DefineCommand = (command, io, onDone) => {
  command
    .argument('<log>', 'event log or run file, or - for standard input')
    .option('--fleet <file>', 'the fleet.resolved.json with the tags of the hosts')
    .option('-o, --out <file>', 'write it to a file; - for standard output')
    .addHelpText('after', HELP)
    .action(async (file: string, flags: DurationsFlags) => onDone(await measureLog(file, flags, io)));
};

/** Writes the durations measured in a log, in the format that `plan --durations` reads. */
async function measureLog(file: string, { fleet: ofFleet, out }: DurationsFlags, io: Io): Promise<ExitCode> {
  const problems: Problem[] = [];
  const input = await readInput(file, io, LOG_REMEDY);
  if (!input.ok) problems.push(input.problem);
  const read = input.ok ? readLog(input.text) : null;
  if (read?.ok === false) problems.push({ path: file, message: read.message, remedy: LOG_REMEDY });
  const fleet = ofFleet === undefined ? null : await readFleetInput(ofFleet, `--fleet ${ofFleet}`, problems, io);
  refuseOutputs([['--out', out]], problems);
  refuseToOverwrite([file, ...(ofFleet === undefined ? [] : [ofFleet])], [['--out', out]], problems);
  if (problems.length > 0 || read?.ok !== true) return refuse(io, problems, file);
  const measured = measureDurations(read.events, fleet?.fleet ?? null);
  if (measured.size === 0) {
    const message = 'no host activates, rolls back or reboots in it';
    return refuse(io, [{ path: file, message, remedy: 'Give the log of a rollout that switched hosts.' }], file);
  }
  const problem = writeOutput(out ?? '-', writeDurations(measured), io, `--out ${out ?? '-'}`);
  return problem === null ? EXIT.ok : refuse(io, [problem]);
}

function readLog(text: string): RunFileResult {
  if (isEventLog(text) || isRunFile(text) || text.trim() === '') return readRunFile(text);
  return { ok: false, message: 'this is neither an event log nor a complete run file' };
}
