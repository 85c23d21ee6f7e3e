import type { Command } from 'commander';
import { hostStates, type HostRolloutState, type HostState } from '../machine/index.ts';
import {
  criterionNames,
  healthFailurePolicies,
  parseCriterion,
  parseThresholds,
  readRecord,
  recordIn,
  sides,
  type Criterion,
  type SuiteOptions,
  type Thresholds,
} from '../testing/index.ts';
import type { Problem } from '../text/index.ts';
import { readInput } from './input-file.ts';
import type { Io } from './io.ts';
import { FROM_0, FROM_1, oneOfOption, repeatable, wholeNumberOption } from './options.ts';

/** The options that choose paths; `paths` and `conform` share them. */
export interface SuiteFlags {
  readonly criterion?: readonly string[];
  readonly side?: string;
  readonly policy?: string;
  readonly start?: string;
  readonly seed?: string;
  readonly maxPaths?: string;
  readonly maxLength?: string;
  readonly min?: string;
}

export function addSuiteOptions(command: Command): Command {
  return command
    .option(
      '-c, --criterion <criterion>',
      `what the paths must exercise: ${criterionNames.join(', ')}, or random(CRITERION(PERCENT)); repeatable (default: all but random)`,
      repeatable,
    )
    .option('--side <side>', `${sides.join(' or ')} (default: both)`)
    .option('--policy <policy>', `${healthFailurePolicies.join(' or ')} (default: both)`)
    .option('--start <state|file>', 'where paths start: a state, or a file with a record as JSON (default: Pending)')
    .option('--seed <number>', 'seed of random paths (default: 1)')
    .option('--max-paths <number>', 'limit on simple paths for each side and policy')
    .option(
      '--max-length <number>',
      'soft limit on path length: after this many events, a path only finishes reaching its current target (not for simplePaths)',
    )
    .option('--min <percent>', 'required coverage: 100, or for example cells=100,transitionPairs=95');
}

export interface SuiteChoice {
  readonly suite: SuiteOptions;
  readonly thresholds: Thresholds;
}

/** Reads the options that choose paths. */
export async function readSuiteOptions(flags: SuiteFlags, problems: Problem[], io: Io): Promise<SuiteChoice> {
  const { criterion = [] } = flags;
  const criteria = criterion.flatMap((text) => {
    const read = parseCriterion(text);
    if (read.ok) return [read.criterion];
    const remedy = 'Correct it, or leave the option out for all criteria but random ones.';
    problems.push({ path: `--criterion ${text}`, message: read.message, remedy });
    return [];
  });
  const side = oneOrBoth('--side', flags.side, sides, problems);
  const policy = oneOrBoth('--policy', flags.policy, healthFailurePolicies, problems);
  const start = flags.start === undefined ? null : await readStart(flags.start, problems, io);
  const seed = wholeNumberOption('--seed', flags.seed, FROM_0, problems);
  const maxPaths = wholeNumberOption('--max-paths', flags.maxPaths, FROM_1, problems);
  const maxPathLength = wholeNumberOption('--max-length', flags.maxLength, FROM_1, problems);
  if (criteria.length === criterion.length) refuseUnused(flags, criteria, problems);
  return {
    suite: {
      ...(criteria.length > 0 ? { criteria } : {}),
      ...(side === null ? {} : { sides: [side] }),
      ...(policy === null ? {} : { policies: [policy] }),
      ...(start === null ? {} : { start }),
      ...(seed === null ? {} : { seed }),
      ...(maxPaths === null ? {} : { maxPaths }),
      ...(maxPathLength === null ? {} : { maxPathLength }),
    },
    thresholds: readThresholds(flags.min, problems),
  };
}

/** `null` for `both`, or if the option was not given. */
export function oneOrBoth<Name extends string>(
  option: string,
  text: string | undefined,
  names: readonly Name[],
  problems: Problem[],
): Name | null {
  const found = oneOfOption(option, text, [...names, 'both' as const], problems);
  return found === 'both' ? null : found;
}

/** Refuses options that would have no effect. */
function refuseUnused(flags: SuiteFlags, chosen: readonly Criterion[], problems: Problem[]): void {
  const isSimple = ({ name }: Criterion): boolean => name === 'simplePaths';
  const message = 'no chosen criterion uses it';
  // Without a choice, all criteria but the random ones are chosen.
  if (flags.seed !== undefined && !chosen.some(({ kind }) => kind === 'random')) {
    const remedy = "Leave it out, or ask for random paths, for example with -c 'random(transitionPairs(90))'.";
    problems.push({ path: `--seed ${flags.seed}`, message, remedy });
  }
  if (flags.maxPaths !== undefined && chosen.length > 0 && !chosen.some(isSimple)) {
    const remedy = 'Leave it out, or add -c simplePaths.';
    problems.push({ path: `--max-paths ${flags.maxPaths}`, message, remedy });
  }
  if (flags.maxLength !== undefined && chosen.length > 0 && chosen.every(isSimple)) {
    const remedy = 'Leave it out, or use --max-paths.';
    problems.push({ path: `--max-length ${flags.maxLength}`, message, remedy });
  }
}

function readThresholds(text: string | undefined, problems: Problem[]): Thresholds {
  if (text === undefined) return {};
  const read = parseThresholds(text);
  if (read.ok) return read.thresholds;
  for (const problem of read.problems) problems.push({ ...problem, path: `--min ${problem.path}` });
  return {};
}

const isState = (text: string): text is HostState => hostStates.some((state) => state === text);

/** The file that `--start` names, if any. */
export const startFiles = ({ start }: SuiteFlags): readonly string[] =>
  start === undefined || isState(start) ? [] : [start];

const RECORD_REMEDY = 'Correct it, or take a `start` from the output of `paths --start STATE --format json`.';

async function readStart(text: string, problems: Problem[], io: Io): Promise<HostRolloutState | null> {
  if (isState(text)) return recordIn(text);
  const input = await readInput(text, io);
  if (!input.ok) {
    const remedy = `Give a file, or one of the states ${hostStates.join(', ')}.`;
    problems.push({ path: `--start ${text}`, message: input.problem.message, remedy });
    return null;
  }
  const read = readRecord(input.text);
  if (read.ok) return read.record;
  for (const { path, message } of read.problems)
    problems.push({ path: `${text}: ${path}`, message, remedy: RECORD_REMEDY });
  return null;
}
