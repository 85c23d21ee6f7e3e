import { exitCodesHelp } from './exit-codes.ts';
import type { DefineCommand } from './io.ts';
import type { DurationsFlags } from './measure-log.ts';

const HELP = `
LOG is an event log or a run file. The output has quantiles of activation, rollback and reboot times, for all hosts
and, with --fleet, for the hosts with each tag.

Examples:
  $ nixfleet-statechart simulate fleet.resolved.json --events log.jsonl
  $ nixfleet-statechart durations log.jsonl --fleet fleet.resolved.json --out durations.yaml
  $ nixfleet-statechart plan new.json --from running.json --durations durations.yaml
${exitCodesHelp('others')}`;

export const defineDurations: DefineCommand = (command, io, onDone) => {
  command
    .argument('<log>', 'event log or run file, or - for standard input')
    .option('--fleet <file>', 'the fleet.resolved.json that gives hosts their tags')
    .option('-o, --out <file>', 'write it to a file; - for standard output')
    .addHelpText('after', HELP)
    .action(async (file: string, flags: DurationsFlags) => {
      const { measureLog } = await import('./measure-log.ts');
      onDone(await measureLog(file, flags, io));
    });
};
