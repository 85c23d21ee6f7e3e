import { decodeFleet, type Fleet, type FleetProblem } from '../fleet/index.ts';
import type { Problem } from '../text/index.ts';
import { readInput } from './input-file.ts';
import type { Io } from './io.ts';
import { otherFile, scenarioAsFleet } from './scenario-input.ts';

/** A fleet file and its warnings. */
export interface FleetInput {
  readonly fleet: Fleet;
  readonly warnings: readonly FleetProblem[];
}

const REMEDY = 'Give the fleet.resolved.json in it.';

/**
 * Reads a fleet file. If it cannot be used, adds all problems and returns `null`.
 *
 * @param option the option that names the file; `null` for the argument
 */
export async function readFleetInput(
  file: string,
  option: string | null,
  problems: Problem[],
  io: Io,
): Promise<FleetInput | null> {
  const input = await readInput(file, io, REMEDY);
  if (input.ok) return decodeFleetInput(file, input.text, option, problems);
  problems.push(option === null ? input.problem : { ...input.problem, path: option });
  return null;
}

/** Like {@link readFleetInput}, for the text of a file. */
export function decodeFleetInput(
  file: string,
  text: string,
  option: string | null,
  problems: Problem[],
): FleetInput | null {
  const other = otherFile(text, 'a fleet') ?? scenarioAsFleet(file, text);
  if (other !== null) {
    problems.push({ path: option ?? (file === '-' ? 'standard input' : file), ...other });
    return null;
  }
  const decoded = decodeFleet(text);
  if (decoded.ok) return decoded;
  for (const problem of decoded.problems) {
    if (problem.severity !== 'error') continue;
    problems.push(option === null ? problem : { ...problem, path: `${option}, ${problem.path}` });
  }
  return null;
}
