import type { Command } from 'commander';
import { nearestName, type Problem } from '../text/index.ts';

/** Collects the values of a repeatable option. It has no default, which help would print as `[]`. */
export function repeatable(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}

/** The option that sets a flag, such as `--max-length` for `maxLength`. */
export function optionOf(flag: string): string {
  return `--${flag.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The smallest and the largest number that an option takes. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
  /** For the message about another; by default the second smallest. */
  readonly example?: number;
}

/** The limit for options without their own. */
const MAX_OF_10_DIGITS = 9_999_999_999;

export const FROM_0: Bounds = { min: 0, max: MAX_OF_10_DIGITS };
export const FROM_1: Bounds = { min: 1, max: MAX_OF_10_DIGITS };

/**
 * The whole number given for an option; `null` if none was given. If it is out of bounds, adds a problem and returns
 * `null`.
 */
export function wholeNumberOption(
  option: string,
  text: string | undefined,
  { min, max, example = Math.min(min + 1, max) }: Bounds,
  problems: Problem[],
): number | null {
  if (text === undefined) return null;
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  problems.push({
    path: `${option} ${text}`,
    message: `expected a whole number from ${min} to ${max}`,
    remedy: `Give one, such as ${option} ${example}.`,
  });
  return null;
}

/** The name given for an option; `null` if none was given. If it is unknown, adds a problem and returns `null`. */
export function oneOfOption<Name extends string>(
  option: string,
  text: string | undefined,
  names: readonly Name[],
  problems: Problem[],
): Name | null {
  if (text === undefined) return null;
  const found = names.find((name) => name === text);
  if (found !== undefined) return found;
  const nearest = nearestName(text, names);
  const remedy = `${nearest === null ? '' : `Did you mean ${nearest}? `}Use one of: ${names.join(', ')}.`;
  problems.push({ path: `${option} ${text}`, message: 'unknown value', remedy });
  return null;
}

/** The options that choose what to roll out. */
export function addReleaseOptions(command: Command): Command {
  return command
    .argument('[fleet]', 'a fleet.resolved.json, a scenario in YAML, or - for standard input')
    .optionsGroup('What to roll out:')
    .option('--from <fleet>', 'the fleet.resolved.json that runs now; only differences are rolled out')
    .option('--new-closures', 'give every host a new closure')
    .option('--closure <host=hash>', 'give a host this closure; repeatable', repeatable)
    .option('--ref <ref>', "channel ref to roll out (default: the file's commit)")
    .option('--hosts <number>', 'a generated fleet of this size, instead of a file')
    .option('--waves <number>', 'with --hosts: number of waves (default: 3)');
}
