import { existsSync } from 'node:fs';
import {
  adequacyText,
  conform,
  CONFORM_DEFAULTS,
  conformUrl,
  healthFailurePolicies,
  measureAdequacy,
  missedThresholds,
  operations,
  QUICK_COUNT,
  sides,
} from '../testing/node.ts';
import { formatCount, type Problem } from '../text/index.ts';
import { loadAdapter } from './conform-input.ts';
import { exercisesFor, restrictionsOf, sessionsFor, withoutSteps, type ConformFlags } from './conform-questions.ts';
import { writeReport } from './conform-report.ts';
import { EXIT, exitCodesHelp, type ExitCode } from './exit-codes.ts';
import { notify, type DefineCommand, type Io } from './io.ts';
import { FROM_1, optionOf, repeatable, wholeNumberOption } from './options.ts';
import { refuseOutputs, writeOutput } from './output-file.ts';
import { jsonText } from './print-json.ts';
import { ProgressLine } from './progress-line.ts';
import { refuse } from './problem.ts';
import { addSuiteOptions, readSuiteOptions } from './suite-options.ts';

const HELP = `
The other implementation reads one JSON request per line and writes one JSON
answer per line: see docs/conformance-protocol.md.

Examples:
  $ nixfleet-statechart conform --exec './my-reducer --serve'
  $ nixfleet-statechart conform --exec 'python3 adapter.py' -c allTransitions -c transitionPairs
  $ nixfleet-statechart conform --exec './my-reducer' --fixtures every-cell.json --junit report.xml
  $ nixfleet-statechart conform --exec 'nixfleet-statechart peer' --min 100
  $ nixfleet-statechart conform --exec './my-reducer' --quick
  $ nixfleet-statechart conform --exec './my-reducer' --session
  $ nixfleet-statechart conform --adequacy
  $ nixfleet-statechart conform --url http://127.0.0.1:8080 --adapter ./adapter.mjs -c transitionPairs
${exitCodesHelp('conform')}`;

/** A timer with a longer delay fires at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export const defineConform: DefineCommand = (command, io, onDone) => {
  command
    .option('--exec <command>', 'command line that starts the other implementation')
    .option('--url <url>', 'a running control plane, instead of --exec; needs --adapter')
    .option('--adapter <file>', 'with --url: a JavaScript module that opens rollouts there and reads its mirror')
    .option(
      '--fixtures <file>',
      'ask the questions of a fixture file (.json) or reference answers (.jsonl) instead; repeatable',
      repeatable,
    )
    .option('--trust-files', 'accept answers in --fixtures that differ from this chart')
    .option('--machine <machine>', 'host or rollout (default: both)')
    .option('--without <operation>', `skip an operation: ${operations.join(', ')}; repeatable`, repeatable)
    .option('--batch <number>', `how many questions may be pending at once (default: ${CONFORM_DEFAULTS.batchSize})`)
    .option('--timeout <ms>', `how long the peer may be silent (default: ${CONFORM_DEFAULTS.timeoutMs})`)
    .option(
      '--max-problems <number>',
      `abandon the peer after this many failures (default: ${CONFORM_DEFAULTS.maxProblems})`,
    )
    .option('--quick [number]', `ask only the most revealing questions (default: ${QUICK_COUNT})`)
    .option('--session', 'let the peer keep the records, over whole paths of several hosts at once')
    .option('--watch <file>', 'ask again whenever this file changes, until Ctrl-C')
    .option('--only <id>', 'ask only this question of a report; repeatable', repeatable)
    .option('--reproducers <file>', 'write the smallest wrong question of each mistake, for --fixtures (.jsonl)')
    .option('--adequacy', 'run no peer: show which criterion catches which of our planted bugs')
    .option('--repeat <number>', 'ask everything this many times (default: 1)')
    .option('--json <file>', 'report as JSON; - for standard output')
    .option('--junit <file>', 'report as JUnit XML, with coverage as properties; - for standard output')
    .option('--html <file>', 'report as an HTML page, with a chart beside each mistake; - for standard output')
    .option('--github <file>', 'annotations for a GitHub workflow; - for standard output, where GitHub reads them')
    .option('--gitlab <file>', 'code quality report for GitLab')
    .option('--summary <file>', 'job summary as Markdown, for example to $GITHUB_STEP_SUMMARY')
    .option('--overlay <file>', 'coverage for `visualize` to lay over the chart')
    .addHelpText('after', HELP);
  addSuiteOptions(command).action(async (flags: ConformFlags) => onDone(await runConform(flags, io)));
};

async function runConform(flags: ConformFlags, io: Io): Promise<ExitCode> {
  if (flags.adequacy === true) return showAdequacy(flags, io);
  const problems: Problem[] = [];
  const choice = await readSuiteOptions(flags, problems, io);
  const shortfalls = new Set<string>();
  const onShortfall = (sentence: string): unknown => shortfalls.add(sentence);
  const asked = await exercisesFor(flags, choice, onShortfall, problems, io);
  const limits = {
    batchSize: wholeNumberOption('--batch', flags.batch, FROM_1, problems) ?? CONFORM_DEFAULTS.batchSize,
    timeoutMs:
      wholeNumberOption('--timeout', flags.timeout, { min: 1, max: MAX_TIMER_MS }, problems) ??
      CONFORM_DEFAULTS.timeoutMs,
    maxProblems:
      wholeNumberOption('--max-problems', flags.maxProblems, FROM_1, problems) ?? CONFORM_DEFAULTS.maxProblems,
  };
  const adapter =
    flags.url === undefined ? null : await loadAdapter(flags.adapter, flags.url, limits.timeoutMs, problems);
  if ((flags.exec === undefined) === (flags.url === undefined)) {
    const remedy = "Give the other implementation's command line with --exec, or a control plane with --url, not both.";
    problems.push({ path: '--exec, --url', message: 'expected exactly one of them', remedy });
  }
  if (flags.exec?.trim() === '') {
    const remedy = "Give a command, such as --exec './my-reducer --serve'.";
    problems.push({ path: '--exec', message: 'the command line is empty', remedy });
  }
  if (flags.watch !== undefined && !existsSync(flags.watch)) {
    const remedy = 'Give the file that you change, such as the source of your adapter.';
    problems.push({ path: `--watch ${flags.watch}`, message: 'there is no such file', remedy });
  }
  if (asked === null || problems.length > 0) return refuse(io, problems);

  const { suite, thresholds } = choice;
  const scope = { sides: suite.sides ?? sides, policies: suite.policies ?? healthFailurePolicies };
  const signal = io.interruption();
  const progress = new ProgressLine(io.stderr);
  const options = {
    ...limits,
    signal,
    onProgress: (answered: number) =>
      progress.show((elapsedMs) => {
        const perSecond = formatCount(Math.round((answered * 1000) / elapsedMs));
        return `${formatCount(answered)} questions answered, ${perSecond} a second`;
      }),
  };
  const askOnce = async (): Promise<ExitCode> => {
    const sessions = flags.session === true ? { sessions: sessionsFor(flags, asked, suite) } : {};
    const report =
      flags.url !== undefined && adapter !== null
        ? await conformUrl({ url: flags.url, adapter, suite, onShortfall, ...options })
        : await conform(flags.session === true ? withoutSteps(asked()) : asked(), {
            peer: flags.exec ?? '',
            scope,
            reduces: true,
            ...sessions,
            ...options,
          });
    progress.clear();
    const missed = [...shortfalls, ...missedThresholds(report.coverage, thresholds)];
    const restrictions = [...restrictionsOf(flags), ...(signal.aborted ? ['interrupted'] : [])];
    return writeReport({ ...report, restrictions, shortfalls: missed }, flags, signal, io);
  };
  let exitCode = await askOnce();
  if (flags.watch === undefined) return exitCode;
  const { fileChange } = await import('./file-change.ts');
  for (;;) {
    notify(io, `Waiting for ${flags.watch} to change. Ctrl-C ends.`);
    if (!(await fileChange(flags.watch, signal))) return exitCode;
    exitCode = await askOnce();
  }
}

function showAdequacy({ json: file, adequacy: _, ...others }: ConformFlags, io: Io): ExitCode {
  const problems: Problem[] = [];
  const ignored = Object.entries(others).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (ignored.length > 0) {
    const names = ignored.map(optionOf);
    const remedy = 'Leave them out: it measures all criteria with our own bugs. Only --json goes with it.';
    problems.push({ path: names.join(', '), message: 'these do not go with --adequacy', remedy });
  }
  refuseOutputs([['--json', file]], problems);
  if (problems.length > 0) return refuse(io, problems);
  const report = measureAdequacy();
  const problem =
    file === undefined ? writeOutput('-', adequacyText(report), io) : writeOutput(file, jsonText(report), io);
  return problem === null ? EXIT.ok : refuse(io, [problem]);
}
