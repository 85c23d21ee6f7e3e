import { existsSync } from 'node:fs';
import {
  adequacyText,
  allExercises,
  conformanceJUnit,
  conformanceText,
  coverageOverlay,
  githubAnnotations,
  gitlabReport,
  healthFailurePolicies,
  isOperation,
  jobSummary,
  measureAdequacy,
  missedThresholds,
  operations,
  QUICK_COUNT,
  questionId,
  quickExercises,
  quickSuite,
  sessionGroups,
  sides,
  type ConformanceReport,
  type Exercise,
  type MachineName,
  type SuiteOptions,
  type TestPath,
  groupsOf,
  sessionExercises,
  conform,
  conformUrl,
  CONFORM_DEFAULTS,
} from '../testing/node.ts';
import { formatCount, printableLines, type Problem } from '../text/index.ts';
import { loadAdapter, readExerciseFile } from './conform-input.ts';
import { remedies } from './conform-remedies.ts';
import { EXIT, exitCodeOfSignal, exitCodesHelp, type ExitCode } from './exit-codes.ts';
import { tell, type DefineCommand, type Io } from './io.ts';
import { FROM_1, oneOfOption, repeatable, wholeNumberOption } from './options.ts';
import { refuseToOverwrite, refuseTwoInOnePlace, writeOutput, type OutputOption } from './output-file.ts';
import { jsonText } from './print-json.ts';
import { refuse } from './problem.ts';
import { ProgressLine } from './progress-line.ts';
import { addSuiteOptions, readSuiteOptions, startFiles, type SuiteChoice, type SuiteFlags } from './suite-options.ts';

interface ConformFlags extends SuiteFlags {
  readonly exec?: string;
  readonly url?: string;
  readonly adapter?: string;
  readonly fixtures?: readonly string[];
  readonly machine?: string;
  readonly without?: readonly string[];
  readonly batch?: string;
  readonly timeout?: string;
  readonly maxProblems?: string;
  readonly repeat?: string;
  readonly quick?: string | true;
  readonly only?: readonly string[];
  readonly session?: true;
  readonly watch?: string;
  readonly reproducers?: string;
  readonly html?: string;
  readonly github?: string;
  readonly gitlab?: string;
  readonly summary?: string;
  readonly adequacy?: true;
  readonly trustFiles?: true;
  readonly json?: string;
  readonly junit?: string;
  readonly overlay?: string;
}

const HELP = `
The other implementation reads one JSON request per line and writes one JSON answer per line:
see docs/conformance-protocol.md.

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

const machines: readonly MachineName[] = ['host', 'rollout'];

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
      `give up on the peer after this many failures (default: ${CONFORM_DEFAULTS.maxProblems})`,
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
    const remedy = "Give the command line that starts the other implementation, such as --exec './my-reducer --serve'.";
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
    return writeReport(report, flags, [...shortfalls, ...missedThresholds(report.coverage, thresholds)], signal, io);
  };
  let exitCode = await askOnce();
  if (flags.watch === undefined) return exitCode;
  const { fileChange } = await import('./file-change.ts');
  for (;;) {
    tell(io, `Waiting for ${flags.watch} to change. Ctrl-C ends.`);
    if (!(await fileChange(flags.watch, signal))) return exitCode;
    exitCode = await askOnce();
  }
}

/** The paths of a session: those of the files, or of the suite, or those that have a question of `--only`. */
function* sessionsFor(
  { fixtures, only }: ConformFlags,
  asked: () => Iterable<Exercise>,
  suite: SuiteOptions,
): Generator<readonly TestPath[]> {
  const groups = fixtures === undefined ? sessionGroups(suite) : groupsOf(pathsOf(asked()));
  for (const group of groups) {
    const isWanted = (path: TestPath): boolean =>
      only === undefined || sessionExercises(path).some(({ question }) => only.includes(questionId(question)));
    const wanted = group.filter(isWanted);
    if (wanted.length > 0) yield wanted;
  }
}

/** Sessions ask the steps. */
function* withoutSteps(exercises: Iterable<Exercise>): Generator<Exercise> {
  for (const exercise of exercises) if (exercise.question.op !== 'step') yield exercise;
}

const pathsOf = (exercises: Iterable<Exercise>): ReadonlySet<TestPath> =>
  new Set(Array.from(exercises).flatMap(({ within }) => (within === null ? [] : [within.path])));

/** What to ask; `null` if an option is wrong. */
async function exercisesFor(
  flags: ConformFlags,
  { suite }: SuiteChoice,
  onShortfall: (sentence: string) => unknown,
  problems: Problem[],
  io: Io,
): Promise<(() => Generator<Exercise>) | null> {
  const quickText = flags.quick === true ? String(QUICK_COUNT) : flags.quick;
  const quick = wholeNumberOption('--quick', quickText, FROM_1, problems);
  const { without = [], fixtures = [] } = flags;
  const times = flags.repeat === undefined ? 1 : wholeNumberOption('--repeat', flags.repeat, FROM_1, problems);
  const machine = oneOfOption('--machine', flags.machine, [...machines, 'both' as const], problems);
  const chosen = machines.filter((each) => machine === null || machine === 'both' || machine === each);
  for (const operation of without) oneOfOption('--without', operation, operations, problems);
  refuseIgnored(flags, problems);
  const exercises: Exercise[] = [];
  for (const file of fixtures)
    exercises.push(...(await readExerciseFile(file, { isTrusted: flags.trustFiles === true }, problems, io)));
  if (times === null || problems.length > 0) return null;
  const asked = function* (): Generator<Exercise> {
    for (let time = 0; time < times; time += 1) {
      const all =
        fixtures.length > 0 ? exercises : allExercises(quick === null ? suite : quickSuite(suite), chosen, onShortfall);
      for (const exercise of quick === null ? all : quickExercises(all, quick)) {
        if (without.includes(exercise.question.op)) continue;
        if (flags.only !== undefined && !flags.only.includes(questionId(exercise.question))) continue;
        // A repetition must not be answered from memory.
        yield time === 0 ? exercise : { ...exercise, showsMemory: 'repetition' };
      }
    }
  };
  if (flags.only !== undefined && asked().next().done === true) {
    const remedy = 'Take the id from a report of the same version, and give the same criteria.';
    problems.push({ path: `--only ${flags.only.join(', ')}`, message: 'there is no such question', remedy });
  }
  if (without.some(isOperation) && asked().next().done === true) {
    const remedy = 'Skip less: a run that asks nothing proves nothing.';
    problems.push({ path: `--without ${without.join(', ')}`, message: 'there is nothing left to ask', remedy });
  }
  return asked;
}

function showAdequacy({ json: file, adequacy: _, ...others }: ConformFlags, io: Io): ExitCode {
  const ignored = Object.entries(others).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (ignored.length > 0) {
    const names = ignored.map((name) => `--${name.replaceAll(/[A-Z]/g, (sign) => `-${sign.toLowerCase()}`)}`);
    const remedy = 'Leave them out: it measures all criteria with our own bugs. Only --json goes with it.';
    return refuse(io, [{ path: names.join(', '), message: 'these do not go with --adequacy', remedy }]);
  }
  const report = measureAdequacy();
  const problem =
    file === undefined ? writeOutput('-', adequacyText(report), io) : writeOutput(file, jsonText(report), io);
  return problem === null ? EXIT.ok : refuse(io, [problem]);
}

/** Refuses options that would be ignored or exclude each other. */
function refuseIgnored(flags: ConformFlags, problems: Problem[]): void {
  const { fixtures = [], without = [] } = flags;
  const given = (options: readonly (readonly [string, unknown])[]): readonly string[] =>
    options.flatMap(([option, value]) => (value === undefined ? [] : [option]));
  const ofPaths = given([
    ['--criterion', flags.criterion],
    ['--start', flags.start],
    ['--max-paths', flags.maxPaths],
    ['--max-length', flags.maxLength],
    ['--machine', flags.machine],
  ]);
  for (const path of fixtures.length > 0 ? ofPaths : []) {
    const remedy = `Leave out ${path}, or --fixtures.`;
    problems.push({ path, message: 'with --fixtures, the file holds the questions', remedy });
  }
  const ofPeers = given([
    ['--without', without.length > 0 ? without : undefined],
    ['--fixtures', flags.fixtures],
    ['--machine', flags.machine],
    ['--repeat', flags.repeat],
    ['--quick', flags.quick],
    ['--only', flags.only],
    ['--session', flags.session],
    ['--reproducers', flags.reproducers],
    ['--batch', flags.batch],
  ]);
  for (const path of flags.url === undefined ? [] : ofPeers) {
    const remedy = 'Leave it out: a control plane only gets the events of each path, once and one at a time.';
    problems.push({ path, message: 'this only applies with --exec', remedy });
  }
  if (flags.session === true && flags.quick !== undefined) {
    const remedy = 'Leave out one of them: the questions of --quick stand alone, and a session needs whole paths.';
    problems.push({ path: '--session, --quick', message: 'they exclude one another', remedy });
  }
  refuseTwoInOnePlace(outputsOf(flags), problems);
  const inputs = [...fixtures, ...(flags.adapter === undefined ? [] : [flags.adapter]), ...startFiles(flags)];
  refuseToOverwrite(inputs, outputsOf(flags), problems);
}

const outputsOf = ({
  json,
  junit,
  overlay,
  reproducers,
  html,
  github,
  gitlab,
  summary,
}: ConformFlags): readonly OutputOption[] => [
  ['--json', json],
  ['--junit', junit],
  ['--overlay', overlay],
  ['--reproducers', reproducers],
  ['--html', html],
  ['--github', github],
  ['--gitlab', gitlab],
  ['--summary', summary],
];

async function writeHtml(file: string, report: ConformanceReport, io: Io): Promise<Problem | null> {
  const { writeReportPage } = await import('./conform-report-page.ts');
  return writeReportPage(file, report, io);
}

async function writeReport(
  report: ConformanceReport,
  flags: ConformFlags,
  missed: readonly string[],
  interruption: AbortSignal,
  io: Io,
): Promise<ExitCode> {
  const { without = [], exec, json, junit, overlay, reproducers, html, github, gitlab, summary } = flags;
  const skipped = without.length > 0 ? `Skipped by --without: ${without.join(', ')}.\n` : '';
  // The report contains text from the peer, which must not control the terminal.
  const text = printableLines(`${conformanceText(report)}\n${skipped}`);
  const unwritten = [
    outputsOf(flags).some(([, file]) => file === '-') ? null : writeOutput('-', text, io),
    json === undefined ? null : writeOutput(json, jsonText(report), io),
    junit === undefined ? null : writeOutput(junit, conformanceJUnit(report), io),
    overlay === undefined ? null : writeOutput(overlay, jsonText(coverageOverlay(report.coverage)), io),
    reproducers === undefined
      ? null
      : writeOutput(reproducers, report.reproducers.map(({ line }) => line).join(''), io),
    html === undefined ? null : await writeHtml(html, report, io),
    github === undefined ? null : writeOutput(github, githubAnnotations(report), io),
    gitlab === undefined ? null : writeOutput(gitlab, jsonText(gitlabReport(report)), io),
    summary === undefined ? null : writeOutput(summary, jobSummary(report), io),
  ].filter((problem) => problem !== null);
  if (interruption.aborted) {
    tell(io, 'Interrupted. The report covers the answers received so far.');
    if (unwritten.length > 0) refuse(io, unwritten);
    return exitCodeOfSignal(interruption);
  }
  tell(io, ...(exec === undefined ? [] : remedies(report, exec)), ...missed);
  return unwritten.length > 0 ? refuse(io, unwritten) : exitCodeOf(report, missed);
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
