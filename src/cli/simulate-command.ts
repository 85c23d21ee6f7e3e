import { exitCodesHelp, type ExitCode } from './exit-codes.ts';
import type { DefineCommand, Io } from './io.ts';
import { addReleaseOptions, repeatable } from './options.ts';
import { refuse } from './problem.ts';
import type { SimulateFlags } from './simulate-input.ts';

const HELP = `
HOST is a host's name or a pattern: * matches any characters, ? matches one, \\*
a star.

With --from, the file is the new release, and --from is the fleet that runs now.
Without --from, --closure and --new-closures, the file is the new release, and
every host runs something older.
With --closure or --new-closures, the file is what runs now, and these options
say what is new.
A scenario specifies all of this itself, faults included: see docs/scenarios.md.

Examples:
  $ nixfleet-statechart simulate new.json --from running.json --start 22:00+02:00
  $ nixfleet-statechart simulate fleet.resolved.json --new-closures
  $ nixfleet-statechart simulate fleet.resolved.json --new-closures --fail web-02=probe@20m
  $ nixfleet-statechart simulate fleet.resolved.json --closure db-01=sha256-abc --defer db-01=kernel@45m
  $ nixfleet-statechart simulate --hosts 200 --waves 4
  $ nixfleet-statechart simulate rough-day.yaml --runs 1000
  $ nixfleet-statechart simulate rough-day.yaml --runs 1000 --shrink > smallest.yaml
  $ nix eval --json .#fleet.resolved | nixfleet-statechart simulate - --json --events run.jsonl
${exitCodesHelp('simulate')}
With --runs, the worst run decides the exit code, and a run with the expected
outcome counts as 0.
`;

export const defineSimulate: DefineCommand = (command, io, onDone) => {
  addReleaseOptions(command)
    .optionsGroup('What goes wrong:')
    .option('--fail <host=what[@time]>', 'activation or probe fails on a host, from a time on; repeatable', repeatable)
    .option(
      '--defer <host=component[@duration]>',
      'a host waits for a reboot, which comes after the duration or never; repeatable',
      repeatable,
    )
    .optionsGroup('The run:')
    .option('--seed <number>', "seed of all randomness: same seed, same run (default: the scenario's, or 1)")
    .option('--start <time>', 'show clock times: 22:00, 22:00+02:00 or 2026-05-16T22:00:00Z')
    .option('--until <duration>', 'end the run after this long: 90s, 12m, 6h, 2d')
    .option('--runs <number>', 'run this many times, with consecutive seeds, on all cores')
    .option('--workers <number>', 'with --runs: number of threads (default: one per core)')
    .option('--shrink', 'reduce a failing run to the smallest scenario that still fails, and print it')
    .optionsGroup('Output:')
    .option('--json', 'print the report as JSON')
    .option('--events <file>', 'write the event log, one JSON object per line; - for standard output')
    .option('--record <file>', 'write the run for `visualize`; - for standard output')
    .option('--messages <pattern>', 'with --record: keep the messages of these hosts; repeatable', repeatable)
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
