import { exitCodesHelp } from './exit-codes.ts';
import type { DefineCommand } from './io.ts';
import { repeatable } from './options.ts';
import type { PlanFlags } from './plan-input.ts';

const HELP = `
--what-if changes one value of the new file:
  budget:SELECTOR=N, N% or none, such as budget:tags:db=2
  wave:CHANNEL/N.soak=DURATION, such as wave:stable/1.soak=15m
  edge:GATED>GATES=none, channel-edge:GATED>GATES=none
or adds what is not in the protocol: freeze=22:00-06:00 (needs --start),
pause=1h-2h, approval=20m

Examples:
  $ nixfleet-statechart plan new.json --from running.json
  $ nixfleet-statechart plan new.json --from running.json --start 22:00+02:00 --deadline 06:00
  $ nixfleet-statechart plan new.json --from running.json --what-if budget:tags:db=2 --what-if wave:stable/1.soak=15m
  $ nixfleet-statechart plan new.json --from running.json --deadline 4h --keep soaks
  $ nixfleet-statechart plan new.json --from http://127.0.0.1:7444
  $ nixfleet-statechart plan new.json --from running.json --format markdown --fail-on warning > comment.md
${exitCodesHelp('plan')}`;

export const definePlan: DefineCommand = (command, io, onDone) => {
  command
    .argument('<new>', 'the fleet.resolved.json to release, or - for standard input')
    .optionsGroup('What changes:')
    .option(
      '--from <file>',
      'the fleet file that runs now, or a rollout to continue: its log, or the database, status or address of its control plane (default: all is new)',
    )
    .option('--token-file <file>', 'file with the operator token, for an address')
    .option('--ref <ref>', "channel ref to roll out (default: the file's commit)")
    .optionsGroup('When:')
    .option('--start <time>', 'show clock times: 22:00 (UTC), 22:00+02:00 or 2026-05-16T22:00:00Z')
    .option('--deadline <time>', 'find the smallest change that meets it: 06:00, or a duration')
    .option('--keep <what>', 'do not change soaks, budgets or edges for the deadline; repeatable', repeatable)
    .option('--what-if <change>', 'show the effect of one change (see below); repeatable', repeatable)
    .optionsGroup('Forecast:')
    .option('--runs <number>', 'number of simulated runs (default: 200)')
    .option('--seed <number>', 'seed of the first run (default: 1)')
    .option('--workers <number>', 'number of threads (default: one per core)')
    .option('--durations <file>', 'measured durations, as written by `durations`')
    .optionsGroup('Lints:')
    .option('--fail-on <severity>', 'exit code 4 if a lint is at least this severe: error, warning or note')
    .option('--accept <file>', 'YAML file of accepted lints: lint, path, reason')
    .optionsGroup('Output:')
    .option('--format <format>', 'text, markdown, json or html (default: text)')
    .option('--json', 'the same as --format json')
    .option('-o, --out <file>', 'write it to a file; - for standard output')
    .addHelpText('after', HELP)
    .action(async (file: string, flags: PlanFlags) => {
      const { planChange } = await import('./plan-change.ts');
      onDone(await planChange(file, flags, io));
    });
};
