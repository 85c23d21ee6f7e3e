import type { Command } from 'commander';
import {
  allExercises,
  conform,
  conformUrl,
  CONFORM_DEFAULTS,
  conformanceJUnit,
  conformanceText,
  coverageOverlay,
  healthFailurePolicies,
  isOperation,
  missedThresholds,
  operations,
  sides,
  type ConformanceReport,
  type Exercise,
  type MachineName,
} from '../testing/index.ts';
import { remedies } from './conform-remedies.ts';
import { loadAdapter } from './load-adapter.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { refuseToOverwrite, refuseTwoInOnePlace, writeOutput, type OutputOption } from './output-file.ts';
import { json } from './paths-command.ts';
import { problemText, type Problem } from './problem.ts';
import { readExerciseFile } from './read-exercise-file.ts';
import { addSuiteOptions, readSuiteOptions, startFiles, type SuiteChoice, type SuiteFlags } from './testing-options.ts';
import { FROM_1, wholeNumber } from './whole-number.ts';

export interface ConformFlags extends SuiteFlags {
  readonly exec?: string;
  readonly url?: string;
  readonly adapter?: string;
  readonly fixtures: readonly string[];
  readonly machine?: string;
  readonly without: readonly string[];
  readonly batch?: string;
  readonly timeout?: string;
  readonly maxProblems?: string;
  readonly repeat?: string;
  readonly json?: string;
  readonly junit?: string;
  readonly overlay?: string;
}

const EXAMPLES = `
Examples:
  $ nixfleet-statechart conform --exec './my-reducer --serve'
  $ nixfleet-statechart conform --exec 'python3 adapter.py' -c allTransitions -c transitionPairs
  $ nixfleet-statechart conform --exec './my-reducer' --fixtures every-cell.json --junit report.xml
  $ nixfleet-statechart conform --exec 'nixfleet-statechart peer' --min 100
  $ nixfleet-statechart conform --url http://127.0.0.1:8080 --adapter ./adapter.mjs -c transitionPairs

The other implementation reads one JSON request a line and writes one JSON answer a line:
see docs/conformance-protocol.md.

Exit codes:
  0  every answer is right
  1  the command line or a file cannot be used
  2  an answer is wrong
  3  the other implementation ended, was silent, or printed what is no answer; or a test compared nothing
  4  coverage is below --min
`;

/** A timer that is set to more fires at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

const machines: readonly MachineName[] = ['host', 'rollout'];
const repeat = (value: string, earlier: readonly string[]): readonly string[] => [...earlier, value];

export function addConformCommand(program: Command, onDone: (exitCode: ExitCode) => void): void {
  const command = program
    .command('conform')
    .description('Ask another implementation everything, and tell in what it differs')
    .option('--exec <command>', 'the other implementation, as a command line')
    .option('--url <url>', 'a running control plane, in place of --exec; needs --adapter')
    .option('--adapter <file>', 'a JavaScript module that opens rollouts there and reads its mirror')
    .option(
      '--fixtures <file>',
      'ask a fixture file (.json) or reference answers (.jsonl) instead; may be repeated',
      repeat,
      [],
    )
    .option('--machine <machine>', 'host or rollout (default: both)')
    .option(
      '--without <operation>',
      `do not ask what the other implementation does not have: ${operations.join(', ')}; may be repeated`,
      repeat,
      [],
    )
    .option('--batch <number>', `so many questions may be open at once (default: ${CONFORM_DEFAULTS.batchSize})`)
    .option('--timeout <ms>', `the peer may be silent for so long (default: ${CONFORM_DEFAULTS.timeoutMs})`)
    .option(
      '--max-problems <number>',
      `after so many failures the peer is given up (default: ${CONFORM_DEFAULTS.maxProblems})`,
    )
    .option('--repeat <number>', 'ask everything so many times (default: 1)')
    .option('--json <file>', 'the report as JSON, - for standard output')
    .option('--junit <file>', 'the report as JUnit XML, with coverage as properties, - for standard output')
    .option('--overlay <file>', 'coverage for the visualizer to lay over the chart')
    .addHelpText('after', EXAMPLES);
  addSuiteOptions(command).action(async (flags: ConformFlags) => onDone(await runConform(flags)));
}

async function runConform(flags: ConformFlags): Promise<ExitCode> {
  const problems: Problem[] = [];
  const choice = readSuiteOptions(flags, problems);
  const asked = exercisesFor(flags, choice, problems);
  const limits = {
    batchSize: wholeNumber('--batch', flags.batch, FROM_1, problems) ?? CONFORM_DEFAULTS.batchSize,
    timeoutMs:
      wholeNumber('--timeout', flags.timeout, { min: 1, max: MAX_TIMER_MS }, problems) ?? CONFORM_DEFAULTS.timeoutMs,
    maxProblems: wholeNumber('--max-problems', flags.maxProblems, FROM_1, problems) ?? CONFORM_DEFAULTS.maxProblems,
  };
  const adapter =
    flags.url === undefined ? null : await loadAdapter(flags.adapter, flags.url, limits.timeoutMs, problems);
  if ((flags.exec === undefined) === (flags.url === undefined)) {
    const remedy =
      "Give the other implementation's command line with --exec, or a control plane with --url, and not both.";
    problems.push({ path: '--exec, --url', message: 'whom to ask is not clear', remedy });
  }
  if (flags.exec?.trim() === '') {
    const remedy = "Give the command line that starts the other implementation, such as --exec './my-reducer --serve'.";
    problems.push({ path: '--exec', message: 'there is no command in it', remedy });
  }
  if (asked === null || problems.length > 0) return refuse(problems);

  const { suite, thresholds } = choice;
  const scope = { sides: suite.sides ?? sides, policies: suite.policies ?? healthFailurePolicies };
  const report =
    flags.url !== undefined && adapter !== null
      ? await conformUrl({ url: flags.url, adapter, suite, ...limits })
      : await conform(asked(), { peer: flags.exec ?? '', scope, ...limits });
  return tell(report, flags, missedThresholds(report.coverage, thresholds));
}

function exercisesFor(
  flags: ConformFlags,
  { suite }: SuiteChoice,
  problems: Problem[],
): (() => Generator<Exercise>) | null {
  const times = wholeNumber('--repeat', flags.repeat ?? '1', FROM_1, problems);
  const known = machines.filter(
    (machine) => flags.machine === undefined || flags.machine === 'both' || flags.machine === machine,
  );
  if (known.length === 0) {
    problems.push({
      path: `--machine ${flags.machine}`,
      message: 'expected host, rollout or both',
      remedy: 'Give one of them.',
    });
  }
  for (const operation of flags.without.filter((name) => !isOperation(name))) {
    const remedy = `Give one of: ${operations.join(', ')}.`;
    problems.push({ path: `--without ${operation}`, message: 'there is no such operation', remedy });
  }
  refuseIgnored(flags, problems);
  const files = flags.fixtures.map((file) => readExerciseFile(file, problems));
  if (times === null || problems.length > 0) return null;
  const asked = function* (): Generator<Exercise> {
    for (let time = 0; time < times; time += 1) {
      for (const exercise of files.length > 0 ? files.flat() : allExercises(suite, known)) {
        if (!flags.without.includes(exercise.question.op)) yield exercise;
      }
    }
  };
  if (flags.without.length > 0 && asked().next().done === true) {
    const remedy = 'Leave less out: a run that asks nothing proves nothing.';
    problems.push({ path: `--without ${flags.without.join(', ')}`, message: 'there is nothing left to ask', remedy });
  }
  return asked;
}

/** Options of which only one can be followed. */
function refuseIgnored(flags: ConformFlags, problems: Problem[]): void {
  const ofPaths = [
    ...(flags.criterion.length > 0 ? ['--criterion'] : []),
    ...(flags.start === undefined ? [] : ['--start']),
    ...(flags.maxPaths === undefined ? [] : ['--max-paths']),
    ...(flags.maxLength === undefined ? [] : ['--max-length']),
    ...(flags.machine === undefined ? [] : ['--machine']),
  ];
  for (const where of flags.fixtures.length > 0 ? ofPaths : []) {
    const remedy = `Leave out ${where}, or --fixtures.`;
    problems.push({ path: where, message: 'with --fixtures the questions are those of the file', remedy });
  }
  const ofPeers = [
    ...(flags.without.length > 0 ? ['--without'] : []),
    ...(flags.fixtures.length > 0 ? ['--fixtures'] : []),
    ...(flags.machine === undefined ? [] : ['--machine']),
    ...(flags.repeat === undefined ? [] : ['--repeat']),
    ...(flags.batch === undefined ? [] : ['--batch']),
  ];
  for (const where of flags.url === undefined ? [] : ofPeers) {
    const remedy = 'Leave it out: a control plane is only given the events of each path, once and one at a time.';
    problems.push({ path: where, message: 'it is for --exec', remedy });
  }
  refuseTwoInOnePlace(outputFlags(flags), problems);
  const inputs = [...flags.fixtures, ...(flags.adapter === undefined ? [] : [flags.adapter]), ...startFiles(flags)];
  refuseToOverwrite(inputs, outputFlags(flags), problems);
}

const outputFlags = ({ json: report, junit, overlay }: ConformFlags): readonly OutputOption[] => [
  ['--json', report],
  ['--junit', junit],
  ['--overlay', overlay],
];

function tell(report: ConformanceReport, flags: ConformFlags, missed: readonly string[]): ExitCode {
  const leftOut = flags.without.length > 0 ? `Left out by --without: ${flags.without.join(', ')}.\n` : '';
  const outputs = [
    outputFlags(flags).some(([, file]) => file === '-')
      ? null
      : writeOutput('-', `${conformanceText(report)}\n${leftOut}`),
    flags.json === undefined ? null : writeOutput(flags.json, json(report)),
    flags.junit === undefined ? null : writeOutput(flags.junit, conformanceJUnit(report)),
    flags.overlay === undefined ? null : writeOutput(flags.overlay, json(coverageOverlay(report.coverage))),
  ].filter((problem) => problem !== null);
  for (const sentence of [...(flags.exec === undefined ? [] : remedies(report, flags.exec)), ...missed])
    process.stderr.write(`${sentence}\n`);
  if (outputs.length > 0) return refuse(outputs);
  return exitCodeOf(report, missed);
}

function exitCodeOf({ verdict }: ConformanceReport, missed: readonly string[]): ExitCode {
  switch (verdict) {
    case 'differs':
      return EXIT.differs;
    case 'peer-failed':
    case 'nothing-asserted':
      return EXIT.peerFailed;
    case 'conforms':
      return missed.length > 0 ? EXIT.belowThreshold : EXIT.ok;
  }
}

function refuse(problems: readonly Problem[]): ExitCode {
  process.stderr.write(problemText('This command', problems));
  return EXIT.badInput;
}
