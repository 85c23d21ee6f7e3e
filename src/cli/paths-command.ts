import { pathFormats, pathFormatNames, type PathFormat } from './path-formats.ts';
import {
  coverageOverlay,
  coverageTable,
  criterionText,
  expectedVisits,
  generateRolloutPaths,
  generateSuite,
  healthFailurePolicies,
  measureCoverage,
  missedThresholds,
  rolloutCriteria,
  shortfallsOf,
  sides,
  type CoverageReport,
  type MachineName,
  type SuiteOptions,
  type SuitePart,
  type TestGroup,
} from '../testing/index.ts';
import type { Problem } from '../text/index.ts';
import { EXIT, exitCodesHelp, type ExitCode } from './exit-codes.ts';
import { notify, type DefineCommand, type Io } from './io.ts';
import { oneOfOption, optionOf } from './options.ts';
import {
  refuseDirectory,
  refuseOutputs,
  refuseToOverwrite,
  writeOutputs,
  writeRequested,
  type OutputOption,
} from './output-file.ts';
import { jsonText } from './print-json.ts';
import { refuse } from './problem.ts';
import { addSuiteOptions, readSuiteOptions, startFiles, type SuiteFlags } from './suite-options.ts';

interface PathsFlags extends SuiteFlags {
  readonly machine: string;
  readonly format: string;
  readonly out?: string;
  readonly outDir?: string;
  readonly coverageJson?: string;
  readonly overlay?: string;
}

const HELP = `
Examples:
  $ nixfleet-statechart paths
  $ nixfleet-statechart paths -c transitionPairs --side agent --format markdown
  $ nixfleet-statechart paths -c allTransitions --format json --out every-cell.json
  $ nixfleet-statechart paths -c validTransitions --policy halt --format vitest --out host.test.ts
  $ nixfleet-statechart paths --machine rollout --format markdown
  $ nixfleet-statechart paths -c 'random(transitionPairs(90))' --seed 7 --min transitions=100
${exitCodesHelp('paths')}`;

export const definePaths: DefineCommand = (command, io, onDone) => {
  command
    .option('--machine <machine>', machines.join(' or '), 'host')
    .option('-f, --format <format>', pathFormatNames.join(', '), 'summary')
    .option('-o, --out <file>', 'output file (default: - for standard output)')
    .option('--out-dir <directory>', 'write one file per path instead of --out')
    .option('--coverage-json <file>', 'coverage as JSON; - for standard output instead of the summary')
    .option('--overlay <file>', 'coverage for `visualize` to lay over the chart')
    .addHelpText('after', HELP);
  addSuiteOptions(command).action(async (flags: PathsFlags) => onDone(await writePaths(flags, io)));
};

async function writePaths(flags: PathsFlags, io: Io): Promise<ExitCode> {
  const problems: Problem[] = [];
  const { suite, thresholds } = await readSuiteOptions(flags, problems, io);
  checkMachine(flags, suite, problems);
  const format = formatNamed(flags, problems);
  const out = outOf(flags);
  if (flags.out !== undefined && flags.outDir !== undefined) {
    const remedy = 'Leave one of them out: --out writes one file for all paths, --out-dir one file per path.';
    problems.push({ path: '--out, --out-dir', message: 'these cannot be combined', remedy });
  }
  const outputs: readonly OutputOption[] = [['--out', out ?? undefined], ...coverageOutputs(flags)];
  refuseOutputs(outputs, problems);
  refuseDirectory('--out-dir', flags.outDir, problems);
  refuseToOverwrite(startFiles(flags), outputs, problems);
  if (format === null || problems.length > 0) return refuse(io, problems);

  if (flags.machine === 'rollout') return writeRolloutPaths(flags, suite, format, out, io);
  const parts = [...generateSuite(suite)];
  const coverage = coverageOf(parts, suite);
  const unwritten = [
    ...writeGroups(parts.map(groupOf), flags, format, out, io),
    ...writeRequested(
      [
        [flags.coverageJson, () => jsonText(coverage)],
        [flags.overlay, () => jsonText(coverageOverlay(coverage))],
      ],
      io,
    ),
  ];
  if (unwritten.length > 0) return refuse(io, unwritten);

  if (isSummary(flags) && out !== null && !isCoverageOnStdout(flags)) io.stdout.write(`\n${coverageTable(coverage)}\n`);
  return reportShortfalls(parts, missedThresholds(coverage, thresholds), io);
}

const groupOf = ({ criterion, side, onHealthFailure, paths }: SuitePart): TestGroup => ({
  title: `${criterion} (${side}, ${onHealthFailure})`,
  policy: { onHealthFailure },
  paths,
});

/** Writes the paths. Returns a problem for each output that cannot be written. */
const writeGroups = (
  groups: readonly TestGroup[],
  { outDir }: PathsFlags,
  format: PathFormat,
  out: string | null,
  io: Io,
): readonly Problem[] => [
  ...writeRequested([[out ?? undefined, () => format.all(groups)]], io),
  ...(outDir === undefined ? [] : [writeOutputs(outDir, format.each?.(groups) ?? [], io)].filter((it) => it !== null)),
];

/** The rollout machine has no sides, policies or start states to choose from, and its paths reach everything. */
function writeRolloutPaths(
  flags: PathsFlags,
  { criteria }: SuiteOptions,
  format: PathFormat,
  out: string | null,
  io: Io,
): ExitCode {
  const wanted = rolloutCriteria.filter(
    (name) => criteria === undefined || criteria.some((each) => each.kind === 'full' && each.name === name),
  );
  const groups = wanted.map((name) => ({
    title: `${name} of the rollout`,
    policy: null,
    paths: generateRolloutPaths(name),
  }));
  const unwritten = writeGroups(groups, flags, format, out, io);
  return unwritten.length > 0 ? refuse(io, unwritten) : EXIT.ok;
}

/** Checks the machine, and refuses options that only the host machine has. */
function checkMachine(flags: PathsFlags, { criteria = [] }: SuiteOptions, problems: Problem[]): void {
  if (oneOfOption('--machine', flags.machine, machines, problems) !== 'rollout') return;
  const { side, policy, start, seed, maxPaths, maxLength, min, coverageJson, overlay } = flags;
  const given = { side, policy, start, seed, maxPaths, maxLength, min, coverageJson, overlay };
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    problems.push({ path: optionOf(name), message: 'this only applies to the host machine', remedy: 'Leave it out.' });
  }
  for (const criterion of criteria) {
    if (criterion.kind === 'full' && rolloutCriteria.some((name) => name === criterion.name)) continue;
    const remedy = `Use one of: ${rolloutCriteria.join(', ')}.`;
    const message = 'the rollout machine has no paths for this criterion';
    problems.push({ path: `--criterion ${criterionText(criterion)}`, message, remedy });
  }
}

const machines: readonly MachineName[] = ['host', 'rollout'];

const isSummary = ({ format }: PathsFlags): boolean => format === 'summary';

const coverageOutputs = ({ coverageJson, overlay }: PathsFlags): readonly OutputOption[] => [
  ['--coverage-json', coverageJson],
  ['--overlay', overlay],
];

const isCoverageOnStdout = (flags: PathsFlags): boolean => coverageOutputs(flags).some(([, file]) => file === '-');

/** Where the paths go; `null` if into separate files, or if only coverage is wanted. */
function outOf(flags: PathsFlags): string | null {
  if (flags.out !== undefined) return flags.out;
  if (flags.outDir !== undefined) return null;
  return isSummary(flags) && isCoverageOnStdout(flags) ? null : '-';
}

function formatNamed(flags: PathsFlags, problems: Problem[]): PathFormat | null {
  const name = oneOfOption('--format', flags.format, pathFormatNames, problems);
  const format = name === null ? null : (pathFormats.get(name) ?? null);
  if (flags.outDir !== undefined && format?.each === null) {
    const message = 'this format writes one file for all paths';
    problems.push({ path: `--out-dir with --format ${flags.format}`, message, remedy: 'Use --out.' });
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

function reportShortfalls(parts: readonly SuitePart[], missed: readonly string[], io: Io): ExitCode {
  const shortfalls = [...parts.flatMap(shortfallsOf), ...missed];
  notify(io, ...shortfalls);
  return shortfalls.length === 0 ? EXIT.ok : EXIT.belowThreshold;
}
