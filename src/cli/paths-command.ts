import type { Command } from 'commander';
import { pathFormats, pathFormatNames, type PathFormat } from './path-formats.ts';
import {
  coverageOverlay,
  coverageTable,
  expectedVisits,
  generateSuite,
  healthFailurePolicies,
  measureCoverage,
  missedThresholds,
  sides,
  type CoverageReport,
  type SuiteOptions,
  type SuitePart,
} from '../testing/index.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { refuseToOverwrite, refuseTwoInOnePlace, writeOutput, writeOutputs, type OutputOption } from './output-file.ts';
import { problemText, type Problem } from './problem.ts';
import { addSuiteOptions, readSuiteOptions, startFiles, type SuiteFlags } from './testing-options.ts';

interface PathsFlags extends SuiteFlags {
  readonly format: string;
  readonly out?: string;
  readonly outDir?: string;
  readonly coverageJson?: string;
  readonly overlay?: string;
}

const EXAMPLES = `
Examples:
  $ nixfleet-statechart paths
  $ nixfleet-statechart paths -c transitionPairs --side agent --format markdown
  $ nixfleet-statechart paths -c allTransitions --format json --out every-cell.json
  $ nixfleet-statechart paths -c validTransitions --policy halt --format vitest --out host.test.ts
  $ nixfleet-statechart paths -c 'random(transitionPairs(90))' --seed 7 --min transitions=100

Exit codes:
  0  the paths were written, and exercise all that their criterion asks for
  1  the command line or a file cannot be used
  4  something cannot be exercised from this start, or coverage is below --min
`;

export function addPathsCommand(program: Command, onDone: (exitCode: ExitCode) => void): void {
  const command = program
    .command('paths')
    .description('Generate tests from the statechart, with exact coverage')
    .option('-f, --format <format>', pathFormatNames.join(', '), 'summary')
    .option('-o, --out <file>', 'where to write (default: standard output, which is also -)')
    .option('--out-dir <directory>', 'a file for each path, in place of --out')
    .option('--coverage-json <file>', 'coverage as JSON, - for standard output in place of the summary')
    .option('--overlay <file>', 'coverage for the visualizer to lay over the chart')
    .addHelpText('after', EXAMPLES);
  addSuiteOptions(command).action((flags: PathsFlags) => onDone(writePaths(flags)));
}

function writePaths(flags: PathsFlags): ExitCode {
  const problems: Problem[] = [];
  const { suite, thresholds } = readSuiteOptions(flags, problems);
  const format = formatNamed(flags, problems);
  const out = outOf(flags);
  if (flags.out !== undefined && flags.outDir !== undefined) {
    const remedy = 'Leave one of them out: --out is one file for all paths, --out-dir a file for each.';
    problems.push({ path: '--out, --out-dir', message: 'where to write is not clear', remedy });
  }
  const outputs: readonly OutputOption[] = [['--out', out ?? undefined], ...coverageOutputs(flags)];
  refuseTwoInOnePlace(outputs, problems);
  refuseToOverwrite(startFiles(flags), outputs, problems);
  if (format === null || problems.length > 0) return refuse(problems);

  const parts = [...generateSuite(suite)];
  const coverage = coverageOf(parts, suite);
  const unwritten = [
    out === null ? null : writeOutput(out, format.all(parts)),
    flags.outDir === undefined ? null : writeOutputs(flags.outDir, format.each?.(parts) ?? []),
    flags.coverageJson === undefined ? null : writeOutput(flags.coverageJson, json(coverage)),
    flags.overlay === undefined ? null : writeOutput(flags.overlay, json(coverageOverlay(coverage))),
  ].filter((problem) => problem !== null);
  if (unwritten.length > 0) return refuse(unwritten);

  if (isSummary(flags) && out !== null && !isCoverageOnStdout(flags))
    process.stdout.write(`\n${coverageTable(coverage)}\n`);
  return tellShortfalls(parts, missedThresholds(coverage, thresholds));
}

const isSummary = ({ format }: PathsFlags): boolean => format === 'summary';

const coverageOutputs = ({ coverageJson, overlay }: PathsFlags): readonly OutputOption[] => [
  ['--coverage-json', coverageJson],
  ['--overlay', overlay],
];

const isCoverageOnStdout = (flags: PathsFlags): boolean => coverageOutputs(flags).some(([, file]) => file === '-');

/** Where the paths go; `null` if nowhere: to files of their own, or because only the coverage is asked for. */
function outOf(flags: PathsFlags): string | null {
  if (flags.out !== undefined) return flags.out;
  if (flags.outDir !== undefined) return null;
  return isSummary(flags) && isCoverageOnStdout(flags) ? null : '-';
}

function formatNamed(flags: PathsFlags, problems: Problem[]): PathFormat | null {
  const format = pathFormats.get(flags.format);
  if (format === undefined) {
    problems.push({
      path: `--format ${flags.format}`,
      message: 'there is no such format',
      remedy: `Use one of: ${pathFormatNames.join(', ')}.`,
    });
    return null;
  }
  if (flags.outDir !== undefined && format.each === null) {
    problems.push({
      path: `--out-dir with --format ${flags.format}`,
      message: 'this format has one file for all paths',
      remedy: 'Use --out.',
    });
  }
  return format;
}

function coverageOf(parts: readonly SuitePart[], suite: SuiteOptions): CoverageReport {
  const meter = measureCoverage({ sides: suite.sides ?? sides, policies: suite.policies ?? healthFailurePolicies });
  for (const path of parts.flatMap((part) => part.paths)) {
    meter.begin(path.start);
    for (const visit of expectedVisits(path)) meter.run(visit);
  }
  return meter.report();
}

function tellShortfalls(parts: readonly SuitePart[], missed: readonly string[]): ExitCode {
  const shortfalls = [
    ...parts.flatMap(({ criterion, side, onHealthFailure, unreached, wasCut }) => [
      ...unreached.map(
        (item) => `${criterion} (${side}, ${onHealthFailure}): nothing leads to ${item} from this start.`,
      ),
      ...(wasCut ? [`${criterion} (${side}, ${onHealthFailure}) was cut off at its bound.`] : []),
    ]),
    ...missed,
  ];
  for (const shortfall of shortfalls) process.stderr.write(`${shortfall}\n`);
  return shortfalls.length === 0 ? EXIT.ok : EXIT.belowThreshold;
}

export const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

function refuse(problems: readonly Problem[]): ExitCode {
  process.stderr.write(problemText('This command', problems));
  return EXIT.badInput;
}
