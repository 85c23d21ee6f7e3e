import { exitCodesHelp, type ExitCode } from './exit-codes.ts';
import type { DefineCommand, Io } from './io.ts';
import { repeatable } from './options.ts';
import { refuse } from './problem.ts';
import type { SimulateFlags } from './simulate-input.ts';

const HELP = `
HOST is the name of a host or a pattern: * stands for any characters, ? for one, \\* for a star.

Without --closure and --new-closures, the file is the new release and every host runs something older.
With either, the file is what runs now, and only the hosts named get something new.
A scenario says all of this itself, and what goes wrong: see docs/scenarios.md.

Examples:
  $ nixfleet-statechart simulate fleet.resolved.json --new-closures
  $ nixfleet-statechart simulate fleet.resolved.json --new-closures --fail web-02=probe@20m
  $ nixfleet-statechart simulate fleet.resolved.json --closure db-01=sha256-abc --defer db-01=kernel@45m
  $ nixfleet-statechart simulate --hosts 200 --waves 4
  $ nixfleet-statechart simulate rough-day.yaml --runs 1000
  $ nixfleet-statechart simulate rough-day.yaml --runs 1000 --shrink > smallest.yaml
  $ nix eval --json .#fleet.resolved | nixfleet-statechart simulate - --json --events run.jsonl
${exitCodesHelp('simulate')}     With --runs, the code of the worst run.
`;

export const defineSimulate: DefineCommand = (command, io, onDone) => {
  command
    .argument('[fleet]', 'a fleet.resolved.json, a scenario in YAML, or - for standard input')
    .option('--seed <number>', "seed of the run's randomness; the same seed gives the same run (default: 1)")
    .option('--ref <ref>', 'channel ref to roll out (default: the commit of the file)')
    .option('--new-closures', 'every host gets a new closure')
    .option('--closure <host=hash>', 'a host gets this closure; repeatable', repeatable)
    .option('--fail <host=what[@time]>', 'activation or probe fails on a host, from a time on; repeatable', repeatable)
    .option(
      '--defer <host=component[@duration]>',
      'a host waits for a reboot, which comes after the duration or never; repeatable',
      repeatable,
    )
    .option('--until <duration>', 'end the run then: 90s, 12m, 6h, 2d')
    .option('--hosts <number>', 'simulate a generated fleet of this size; needs no file')
    .option('--waves <number>', 'with --hosts: number of waves (default: 3)')
    .option('--events <file>', 'write the event log, one JSON object a line; - for standard output')
    .option('--record <file>', 'write the run for `visualize`; - for standard output')
    .option('--json', 'print the report as JSON')
    .option('--runs <number>', 'run this many times with consecutive seeds, on all cores')
    .option('--workers <number>', 'with --runs: number of threads (default: one per core)')
    .option('--shrink', 'reduce a failing run to the smallest scenario that still fails, and print it')
    .addHelpText('after', HELP)
    .action(async (file: string | undefined, flags: SimulateFlags) => onDone(await simulateFleet(file, flags, io)));
};

async function simulateFleet(file: string | undefined, flags: SimulateFlags, io: Io): Promise<ExitCode> {
  const { readSimulation } = await import('./simulate-input.ts');
  const input = await readSimulation(file, flags, io);
  if (!input.ok) return refuse(io, input.problems, input.source);
  if (input.many === null) return (await import('./simulate-once.ts')).simulateOnce(input, flags, io);
  return (await import('./simulate-many.ts')).simulateManyTimes(input, input.many, flags.json ?? false, io);
}
