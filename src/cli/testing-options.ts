import type { Command } from 'commander';
import { hostStates } from '../machine/host-states.ts';
import type { HostRolloutState, HostState } from '../machine/record.ts';
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
import type { Problem } from './problem.ts';
import { readInput } from './read-input.ts';
import { FROM_0, FROM_1, wholeNumber } from './whole-number.ts';

/** The options that say which paths are wanted; `paths` and `conform` share them. */
export interface SuiteFlags {
  readonly criterion: readonly string[];
  readonly side?: string;
  readonly policy?: string;
  readonly start?: string;
  readonly seed?: string;
  readonly maxPaths?: string;
  readonly maxLength?: string;
  readonly min?: string;
}

const repeat = (value: string, earlier: readonly string[]): readonly string[] => [...earlier, value];

export function addSuiteOptions(command: Command): Command {
  return command
    .option(
      '-c, --criterion <criterion>',
      `what the paths must exercise: ${criterionNames.join(', ')}, or random(CRITERION(PERCENT)); may be repeated (default: all but random)`,
      repeat,
      [],
    )
    .option('--side <side>', `${sides.join(' or ')} (default: both)`)
    .option('--policy <policy>', `${healthFailurePolicies.join(' or ')} (default: both)`)
    .option(
      '--start <state|file>',
      'where the paths begin: a state, or a file with a record as JSON (default: Pending)',
    )
    .option('--seed <number>', 'the luck of random paths (default: 1)')
    .option('--max-paths <number>', 'at most so many simple paths for each side and policy')
    .option(
      '--max-length <number>',
      'after so many events a path goes nowhere new: it ends as soon as it is where it is going (not for simplePaths)',
    )
    .option('--min <percent>', 'coverage that must be reached: 100, or for example cells=100,transitionPairs=95');
}

export interface SuiteChoice {
  readonly suite: SuiteOptions;
  readonly thresholds: Thresholds;
}

/** Reads the options; what is wrong with them goes to `problems`. */
export function readSuiteOptions(flags: SuiteFlags, problems: Problem[]): SuiteChoice {
  const criteria = flags.criterion.flatMap((text) => {
    const read = parseCriterion(text);
    if (read.ok) return [read.criterion];
    const remedy = 'Correct it, or leave the option out for all criteria but random ones.';
    problems.push({ path: `--criterion ${text}`, message: read.message, remedy });
    return [];
  });
  const side = oneOf(sides, flags.side, '--side', problems);
  const policy = oneOf(healthFailurePolicies, flags.policy, '--policy', problems);
  const start = flags.start === undefined ? null : readStart(flags.start, problems);
  const seed = wholeNumber('--seed', flags.seed, FROM_0, problems);
  const maxPaths = wholeNumber('--max-paths', flags.maxPaths, FROM_1, problems);
  const maxPathLength = wholeNumber('--max-length', flags.maxLength, FROM_1, problems);
  if (criteria.length === flags.criterion.length) tellUnused(flags, criteria, problems);
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

/** Options that would change nothing: whoever gives one expects something of it. */
function tellUnused(flags: SuiteFlags, chosen: readonly Criterion[], problems: Problem[]): void {
  const isSimple = ({ name }: Criterion): boolean => name === 'simplePaths';
  const message = 'no criterion that was asked for heeds it';
  // Where none is chosen, it is all but the random ones.
  if (flags.seed !== undefined && !chosen.some(({ kind }) => kind === 'random')) {
    const remedy = "Leave it out, or ask for random paths, for example with -c 'random(transitionPairs(90))'.";
    problems.push({ path: `--seed ${flags.seed}`, message, remedy });
  }
  if (flags.maxPaths !== undefined && chosen.length > 0 && !chosen.some(isSimple)) {
    problems.push({ path: `--max-paths ${flags.maxPaths}`, message, remedy: 'Leave it out, or add -c simplePaths.' });
  }
  if (flags.maxLength !== undefined && chosen.length > 0 && chosen.every(isSimple)) {
    const remedy = 'Leave it out, or use --max-paths.';
    problems.push({ path: `--max-length ${flags.maxLength}`, message, remedy });
  }
}

function oneOf<Name extends string>(
  names: readonly Name[],
  text: string | undefined,
  option: string,
  problems: Problem[],
): Name | null {
  const found = names.find((name) => name === text);
  if (found !== undefined) return found;
  if (text !== undefined && text !== 'both') {
    problems.push({
      path: `${option} ${text}`,
      message: `expected ${names.join(', ')} or both`,
      remedy: 'Give one of them.',
    });
  }
  return null;
}

function readThresholds(text: string | undefined, problems: Problem[]): Thresholds {
  if (text === undefined) return {};
  const read = parseThresholds(text);
  if (read.ok) return read.thresholds;
  for (const message of read.messages) problems.push({ path: `--min ${text}`, message, remedy: 'Correct it.' });
  return {};
}

const isState = (text: string): text is HostState => hostStates.some((state) => state === text);

/** The file that is read for `--start`, if it is one. */
export const startFiles = ({ start }: SuiteFlags): readonly string[] =>
  start === undefined || isState(start) ? [] : [start];

/** Where a record that is right can be had. */
const RECORD_FIX = 'Correct it, or take a `start` out of what `paths --start STATE --format json` writes.';

function readStart(text: string, problems: Problem[]): HostRolloutState | null {
  if (isState(text)) return recordIn(text);
  const input = readInput(text);
  if (!input.ok) {
    const remedy = `Give a file, or one of the states ${hostStates.join(', ')}.`;
    problems.push({ path: `--start ${text}`, message: input.problem.message, remedy });
    return null;
  }
  const read = readRecord(input.text);
  if (read.ok) return read.record;
  for (const message of read.messages) problems.push({ path: text, message, remedy: RECORD_FIX });
  return null;
}
