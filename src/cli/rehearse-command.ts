import { exitCodesHelp } from './exit-codes.ts';
import type { DefineCommand } from './io.ts';
import { addReleaseOptions } from './options.ts';
import type { RehearseFlags } from './rehearse-once.ts';

const HELP = `
Starts a control plane and an agent per host as processes on this machine: real
HTTP, a real database, a fake switch. Takes the same fleets and scenarios as
\`simulate\`, checks the same invariants, and writes the same reports and run
files. A fault that cannot be injected into real processes is rejected by name.

Examples:
  $ nixfleet-statechart rehearse fleet.resolved.json --new-closures --speed 120
  $ nixfleet-statechart rehearse examples/scenarios/crash-between-effects.yaml --record run.json
  $ nixfleet-statechart rehearse examples/scenarios/a-good-day.yaml --compare
${exitCodesHelp('rehearse')}`;

export const defineRehearse: DefineCommand = (command, io, onDone) => {
  addReleaseOptions(command)
    .optionsGroup('The run:')
    .option('--speed <number>', 'fastest clock speed, as a multiple of real time (default: 60)')
    .option('--until <duration>', 'end the run after this long on its own clock: 90s, 12m, 6h, 2d')
    .option('--compare', 'simulate it too, and report differences')
    .optionsGroup('Output:')
    .option('--json', 'print the report as JSON')
    .option('--events <file>', 'write the event log, one JSON object per line; - for standard output')
    .option('--record <file>', 'write the run for `visualize`; - for standard output')
    .option('--stream <file>', 'write the observations that invariants were checked against')
    .option('--keep <directory>', 'keep the files of the processes: outboxes, the database')
    .addHelpText('after', HELP)
    .action(async (file: string | undefined, flags: RehearseFlags) => {
      const { rehearseOnce } = await import('./rehearse-once.ts');
      onDone(await rehearseOnce(file, flags, io));
    });
};
