import { generateFleet, MAX_FLEET_HOSTS, MAX_GENERATED_WAVES } from '../simulator/index.ts';
import { unfilledWaves } from '../simulator/unfilled-waves.ts';
import type { Fleet } from '../fleet/index.ts';
import type { Problem } from './problem.ts';
import { wholeNumber } from './whole-number.ts';

/** The options of `simulate` that make up a fleet. */
export interface MadeUpFleetFlags {
  readonly hosts?: string;
  readonly waves?: string;
}

export const MADE_UP_FLEET_OPTIONS: readonly (readonly [string, string])[] = [
  ['--hosts <number>', 'no file: a made-up fleet of so many hosts'],
  ['--waves <number>', 'with --hosts: how many waves it has (default: 3)'],
];

const DEFAULT_WAVES = 3;

/** The same fleet as a scenario's `fleet: { hosts, waves }`; `null`, and problems, if the numbers are none. */
export function readMadeUpFleet(flags: MadeUpFleetFlags, seed: number, problems: Problem[]): Fleet | null {
  if (flags.hosts === undefined) {
    problems.push({
      path: '--waves',
      message: 'this is about a made-up fleet, and --hosts does not say how large',
      remedy: 'Give --hosts, such as --hosts 200 --waves 4, or leave --waves out.',
    });
    return null;
  }
  const hosts = wholeNumber('--hosts', flags.hosts, { min: 1, max: MAX_FLEET_HOSTS }, problems);
  const waves =
    flags.waves === undefined
      ? DEFAULT_WAVES
      : wholeNumber('--waves', flags.waves, { min: 1, max: MAX_GENERATED_WAVES }, problems);
  if (hosts === null || waves === null) return null;
  // Of the waves that nobody asked for it is no news.
  const unfilled = flags.waves === undefined ? null : unfilledWaves(hosts, waves);
  if (unfilled !== null) process.stderr.write(`note: ${unfilled}\n`);
  return generateFleet({ hosts, waves, seed });
}
