import { decodeFleet } from '../../fleet/index.ts';
import { at } from '../../text/index.ts';
import { generateFleet } from '../generate-fleet.ts';
import { unfilledWaves } from '../unfilled-waves.ts';
import type { FleetParts } from './fleet-parts.ts';
import { KNOWS_ALL, UNKNOWN_FLEET, type KnownFleet } from './known-fleet.ts';
import { describedFleet } from './described-fleet.ts';
import type { Reading } from './reading.ts';
import type { ReadFile } from './read-file.ts';

const PATH = '$.fleet';
const DEFAULT_REF = 'release-1';
const DEFAULT_WAVES = 3;

/** What the fleet depends on elsewhere in the scenario. */
export interface Release {
  readonly seed: number;
  readonly ref: string | null;
  /** Every host gets a new closure, regardless of the fleet file. */
  readonly isAllNew: boolean;
}

/** The readable part of the fleet in the file. Reports problems for the rest. */
export function buildFleet(
  parts: FleetParts,
  { seed, ref, isAllNew }: Release,
  readFile: ReadFile,
  reading: Reading,
): KnownFleet {
  const { forms, extras } = parts;
  if (forms.length !== 1) {
    const found = forms.length === 0 ? 'none of them' : forms.join(' and ');
    reading.add(
      PATH,
      `expected one of file, hosts or channels, found ${found}`,
      'Give a fleet file, a number of hosts, or channels with hosts.',
    );
    return UNKNOWN_FLEET;
  }
  const [form] = forms;
  if (form !== 'channels') {
    for (const extra of extras)
      reading.add(
        at(PATH, extra),
        `${extra} cannot be used with this form of a fleet`,
        'Describe the fleet with `channels`, or set them in the fleet file.',
        true,
      );
  }
  if (parts.hasWaves && form !== 'hosts') {
    reading.add(
      `${PATH}.waves`,
      '`waves` only applies to a number of `hosts`',
      'Set the waves of each channel under its name.',
      true,
    );
  }
  if (form === 'channels')
    return parts.channels === null
      ? UNKNOWN_FLEET
      : describedFleet({ ...parts, channels: parts.channels }, ref ?? DEFAULT_REF, reading);
  if (form === 'file')
    return parts.file === null ? UNKNOWN_FLEET : fleetFromFile(parts.file, `${PATH}.file`, isAllNew, readFile, reading);
  const { hosts, waves = DEFAULT_WAVES } = parts;
  if (hosts === null || waves === null) return UNKNOWN_FLEET;
  // Not for default waves.
  const unfilled = parts.hasWaves ? unfilledWaves(hosts, waves) : null;
  if (unfilled !== null) reading.note(`${PATH}.waves`, unfilled);
  return { fleet: generateFleet({ hosts, waves, seed }), isWhole: true, knows: KNOWS_ALL };
}

/** The fleet in the file at `path`, which the scenario names at `place`. Problems are reported there. */
export function fleetFromFile(
  path: string,
  place: string,
  isAllNew: boolean,
  readFile: ReadFile,
  reading: Reading,
): KnownFleet {
  const text = readFile(path);
  if (typeof text !== 'string') {
    const { message, remedy } = text ?? {
      message: 'cannot be read',
      remedy: 'Give its path from the folder of this scenario.',
    };
    reading.add(place, `the fleet file ${JSON.stringify(path.slice(0, 200))} ${message}`, remedy);
    return UNKNOWN_FLEET;
  }
  const result = decodeFleet(text);
  if (result.ok) {
    for (const warning of result.warnings)
      if (!isAllNew || warning.about !== 'closures')
        reading.warn(place, `in the fleet file, at ${warning.path}: ${warning.message}`);
    return { fleet: result.fleet, isWhole: true, knows: KNOWS_ALL };
  }
  for (const problem of result.problems)
    if (problem.severity === 'error')
      reading.add(place, `in the fleet file, at ${problem.path}: ${problem.message}`, problem.remedy);
  return UNKNOWN_FLEET;
}
