import type { Command } from 'commander';
import { decodeFleet, type Fleet, type FleetProblem } from '../fleet/index.ts';
import { isAboutClosures } from '../simulator/about-closures.ts';
import { fleetScenario } from '../simulator/index.ts';
import type { PageFormat } from '../simulator/report/index.ts';
import { nearestName } from '../text/index.ts';
import { readEngine } from './engine-option.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { readHostOptions } from './host-options.ts';
import { MADE_UP_FLEET_OPTIONS, readMadeUpFleet, type MadeUpFleetFlags } from './made-up-fleet.ts';
import { parseDuration } from './parse-duration.ts';
import { problemText, type Problem } from './problem.ts';
import { readInput } from './read-input.ts';
import { isScenarioFile, readScenarioFile, type FileScenario } from './read-scenario-file.ts';
import { MANY_OPTIONS, readMany, runMany, type ManyFlags } from './simulate-many.ts';
import { readOnce, runOnce, type OnceFlags } from './simulate-once.ts';

interface SimulateFlags extends ManyFlags, OnceFlags, MadeUpFleetFlags {
  readonly seed?: string;
  readonly ref?: string;
  readonly closure: readonly string[];
  readonly newClosures: boolean;
  readonly fail: readonly string[];
  readonly defer: readonly string[];
  readonly until?: string;
  readonly engine?: string;
}

const EXAMPLES = `
Examples:
  $ nixfleet-statechart simulate fleet.resolved.json --new-closures
  $ nixfleet-statechart simulate fleet.resolved.json --new-closures --fail web-02=probe@20m
  $ nixfleet-statechart simulate fleet.resolved.json --closure db-01=sha256-abc --defer db-01=kernel@45m
  $ nixfleet-statechart simulate --hosts 200 --waves 4
  $ nixfleet-statechart simulate rough-day.yaml --runs 1000
  $ nixfleet-statechart simulate rough-day.yaml --runs 1000 --shrink > smallest.yaml
  $ nix eval --json .#fleet.resolved | nixfleet-statechart simulate - --json --events run.jsonl

Without --closure and --new-closures the file is the new release and every host runs something older.
With them the file says what runs now, and only what they name is new.
A scenario in YAML says all of this itself, and what goes wrong: see docs/scenarios.md.
With --runs, the exit code is 0 if no run failed, and otherwise that of the worst.

Exit codes:
  0  every rollout is Terminal
  1  the command line or the file cannot be used
  2  the run ended otherwise, or otherwise than its scenario expects
  3  the protocol broke one of its invariants
`;

const MIN_WIDTH = 60;
const MAX_WIDTH = 140;
const DEFAULT_WIDTH = 100;

export function addSimulateCommand(program: Command, onDone: (exitCode: ExitCode) => void): void {
  const repeat = (value: string, earlier: readonly string[]): readonly string[] => [...earlier, value];
  const command = program
    .command('simulate')
    .description('Roll a fleet out in simulated time, and see what it will do')
    .argument('[fleet]', 'a scenario in YAML, a fleet.resolved.json, or - for standard input')
    .option(
      '--seed <number>',
      'the luck of the run: the same seed gives the same run (default: 1, or the seed of the scenario)',
    )
    .option('--ref <ref>', 'the channel ref that goes out (default: the commit of the file)')
    .option('--closure <host=hash>', 'a new closure for a host; may be repeated', repeat, [])
    .option('--new-closures', 'every host gets a new closure', false)
    .option('--fail <host=what>', 'activation or probe fails on a host, from @time on; may be repeated', repeat, [])
    .option(
      '--defer <host=component>',
      'a host needs a reboot, which comes @duration later or never; may be repeated',
      repeat,
      [],
    )
    .option('--until <duration>', 'end the run then, such as 90s, 12m, 6h or 2d')
    .option('--engine <name>', 'compiled, or xstate: real XState actors, which must come to the same event log (slow)')
    .option('--events <file>', 'write the event log there, one JSON object a line, - for standard output')
    .option('--record <file>', 'write the run there, for visualize to show, - for standard output')
    .option('--json', 'the report as JSON', false)
    .addHelpText('after', EXAMPLES)
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (_fleet: string | undefined, flags: SimulateFlags, command: Command) =>
      onDone(
        await simulateFleet(
          command.args,
          flags,
          command.options.map(({ long }) => long ?? ''),
        ),
      ),
    );
  for (const [option, about] of [...MADE_UP_FLEET_OPTIONS, ...MANY_OPTIONS]) command.option(option, about);
}

async function simulateFleet(
  args: readonly string[],
  flags: SimulateFlags,
  options: readonly string[],
): Promise<ExitCode> {
  const problems: Problem[] = [];
  const isMadeUp = flags.hosts !== undefined || flags.waves !== undefined;
  const file = readArguments(args, isMadeUp, options, problems);
  const notOfFile = problems.length;
  const many = readMany(flags, flags.json, problems);
  if (flags.runs !== undefined || flags.shrink === true) {
    for (const option of ['events', 'record'] as const) {
      if (flags[option] !== undefined)
        problems.push({
          path: `--${option}`,
          message: 'this is of one run, and --runs and --shrink are about many',
          remedy: 'Leave it out, or give --seed in place of --runs.',
        });
    }
  }
  const engine = readEngine(flags.engine, many.runs === null && !many.shrink, problems);
  const read = readScenario(file ?? null, flags, problems);
  readOnce(flags, [...(file === undefined ? [] : [file]), ...(read?.named ?? [])], problems);
  // A file is not to blame for the command line.
  if (read === null || problems.length > 0) return refuse(problems.length > notOfFile ? file : undefined, problems);
  const { scenario, expectation } = read;
  if (many.runs !== null) checkLastSeed(scenario.seed, many.runs, problems);
  if (problems.length > 0) return refuse(undefined, problems);
  if (many.runs === null && !many.shrink) return runOnce(scenario, expectation, engine, pageFormat(), flags);
  return runMany(scenario, expectation === null ? 'terminal' : expectation.outcome, many, {
    json: flags.json,
    format: pageFormat(),
  });
}

/** The file that was given, if one was. What follows an option that there is not is probably its value. */
function readArguments(
  args: readonly string[],
  isMadeUp: boolean,
  options: readonly string[],
  problems: Problem[],
): string | undefined {
  const isOption = (arg = ''): boolean => arg.startsWith('-') && arg !== '-';
  for (const arg of args.filter((given) => isOption(given))) {
    const near = nearestName(arg.split('=')[0] ?? arg, options);
    const remedy = near === null ? 'See simulate --help.' : `Did you mean ${near}?`;
    problems.push({ path: arg, message: 'there is no such option', remedy });
  }
  const isValue = (at: number): boolean => isOption(args[at - 1]);
  const [file, ...more] = args.filter((arg, at) => !isOption(arg) && !isValue(at));
  // Of what may have been meant as the value of an option nobody knows whether it is a fleet.
  const isUnclear = args.some((arg, at) => !isOption(arg) && isValue(at));
  const isBlank = file?.trim() === '';
  if (isBlank) problems.push({ path: 'FLEET', message: 'its name is blank', remedy: 'Give the name of a file.' });
  for (const arg of more)
    problems.push({ path: arg, message: 'only one fleet is simulated at a time', remedy: 'Leave it out.' });
  if (file === undefined && !isMadeUp && !isUnclear)
    problems.push({
      path: 'FLEET',
      message: 'no fleet was given',
      remedy:
        'Give a scenario in YAML or a fleet.resolved.json, - for standard input, or --hosts N for a made-up fleet.',
    });
  return isBlank ? undefined : file;
}

function refuse(file: string | undefined, problems: readonly Problem[]): ExitCode {
  process.stderr.write(
    problemText(file === undefined ? 'This command' : file === '-' ? 'Standard input' : file, problems),
  );
  return EXIT.badInput;
}

/** Everything that the options and the file come to; `null`, and problems, if they come to nothing. */
function readScenario(file: string | null, flags: SimulateFlags, problems: Problem[]): FileScenario | null {
  const seed = readSeed(flags.seed, problems);
  const untilMs = readUntil(flags.until, problems);
  if (flags.hosts !== undefined || flags.waves !== undefined) {
    if (file !== null) {
      const where = [flags.hosts === undefined ? [] : ['--hosts'], flags.waves === undefined ? [] : ['--waves']];
      problems.push({
        path: where.flat().join(', '),
        message: 'this is about a made-up fleet, and a file was given',
        remedy: `Leave out the file, or ${where.flat().join(' and ')}.`,
      });
      return null;
    }
    const madeUp = readMadeUpFleet(flags, seed ?? 1, problems);
    return madeUp === null ? null : ofFleet(madeUp, flags, seed, untilMs, problems);
  }
  if (file === null) return null;
  const input = readInput(file, 'Give the fleet.resolved.json, or a scenario, in it.');
  if (!input.ok) {
    problems.push(input.problem);
    return null;
  }
  if (isScenarioFile(file, input.text))
    return withFlags(readScenarioFile(file, input.text, problems), flags, seed, untilMs, problems);
  const decoded = decodeFleet(input.text);
  if (!decoded.ok) {
    problems.push(...decoded.problems.filter(({ severity }) => severity === 'error').map(toProblem));
    return null;
  }
  const read = ofFleet(decoded.fleet, flags, seed, untilMs, problems);
  // Where no host has a closure, that is a problem and told as one; where every host gets one, it is none.
  const isSettled = flags.newClosures || problems.some(({ path }) => path === NO_CLOSURES);
  warn(isSettled ? decoded.warnings.filter((warning) => !isAboutClosures(warning)) : decoded.warnings);
  return read;
}

/** Where the problem is that there is nothing to roll out. */
const NO_CLOSURES = '$.hosts';

/** A fleet says what is there; the options say what is new, and what goes wrong. */
function ofFleet(
  fleet: Fleet,
  flags: SimulateFlags,
  seed: number | null | undefined,
  untilMs: number | null | undefined,
  problems: Problem[],
): FileScenario | null {
  const hostOptions = readHostOptions(flags, new Set(fleet.hosts.keys()), problems);
  const made = fleetScenario(fleet, {
    ref: flags.ref ?? null,
    closures: hostOptions.closures,
    newClosures: flags.newClosures,
  });
  if (!made.ok) {
    problems.push(...made.problems.map(toProblem));
    return null;
  }
  for (const note of made.notes) process.stderr.write(`note: ${note}\n`);
  if (made.scenario.rollouts.every(({ hosts }) => hosts.length === 0)) {
    problems.push({
      path: NO_CLOSURES,
      message: 'no host has a closure, so there is nothing to roll out',
      remedy: 'Say what is new, with --new-closures or --closure HOST=HASH.',
    });
  }
  if (seed === null || untilMs === null) return null;
  const { scenario } = made;
  return {
    scenario: {
      ...scenario,
      seed: seed ?? scenario.seed,
      untilMs: untilMs ?? scenario.untilMs,
      steps: hostOptions.steps,
    },
    expectation: null,
    named: [],
  };
}

/** A scenario says itself what is new and what goes wrong; its luck and its end can be set from outside. */
function withFlags(
  read: FileScenario | null,
  flags: SimulateFlags,
  seed: number | null | undefined,
  untilMs: number | null | undefined,
  problems: Problem[],
): FileScenario | null {
  const given = [
    ...(flags.ref === undefined ? [] : ['--ref']),
    ...(flags.closure.length === 0 ? [] : ['--closure']),
    ...(flags.newClosures ? ['--new-closures'] : []),
    ...(flags.fail.length === 0 ? [] : ['--fail']),
    ...(flags.defer.length === 0 ? [] : ['--defer']),
  ];
  for (const option of given)
    problems.push({ path: option, message: 'this option goes with a fleet file', remedy: 'Say it in the scenario.' });
  if (read === null || seed === null || untilMs === null) return null;
  const { scenario } = read;
  return { ...read, scenario: { ...scenario, seed: seed ?? scenario.seed, untilMs: untilMs ?? scenario.untilMs } };
}

function readSeed(text: string | undefined, problems: Problem[]): number | null | undefined {
  if (text === undefined) return undefined;
  const seed = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(seed)) return seed;
  problems.push({
    path: `--seed ${text}`,
    message: 'expected a whole number from 0 to 2^53 - 1',
    remedy: 'Give one, such as --seed 7.',
  });
  return null;
}

/** Many runs take the seeds that follow each other. */
function checkLastSeed(seed: number, runs: number, problems: Problem[]): void {
  if (Number.isSafeInteger(seed + runs)) return;
  problems.push({
    path: `--runs ${runs}`,
    message: `there are not so many seeds from ${seed} on: they end before 2^53 - 1`,
    remedy: 'Begin with a smaller seed, such as --seed 1.',
  });
}

function readUntil(text: string | undefined, problems: Problem[]): number | null | undefined {
  if (text === undefined) return undefined;
  const ms = parseDuration(text);
  if (ms !== null && ms <= MAX_UNTIL_MS) return ms;
  problems.push({
    path: `--until ${text}`,
    message: ms === null ? 'expected a number with its unit' : 'expected at most 10000d',
    remedy: 'Write it as 90s, 12m, 6h or 2d.',
  });
  return null;
}

const MAX_UNTIL_MS = 10_000 * 86_400_000;

function toProblem({ path, message, remedy }: FleetProblem): Problem {
  return { path: path, message, remedy };
}

function warn(warnings: readonly FleetProblem[]): void {
  for (const { path, message } of warnings) process.stderr.write(`warning: ${path}: ${message}\n`);
}

function pageFormat(): PageFormat {
  return { width: terminalWidth(), colour: isColourful() };
}

function terminalWidth(): number {
  const asked = process.stdout.isTTY ? process.stdout.columns : Number(process.env['COLUMNS'] ?? DEFAULT_WIDTH);
  // A variable that is set to nothing, or a terminal that does not know its width, comes as 0.
  return Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, Number.isInteger(asked) && asked > 0 ? asked : DEFAULT_WIDTH));
}

function isColourful(): boolean {
  return process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '';
}
