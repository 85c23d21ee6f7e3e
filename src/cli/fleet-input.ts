import { decodeFleet, type Fleet, type FleetProblem } from '../fleet/index.ts';
import type { Problem } from '../text/index.ts';
import { readInput } from './input-file.ts';
import type { Io } from './io.ts';

/** A fleet file that was read, with what is odd about it. */
export interface FleetInput {
  readonly fleet: Fleet;
  readonly warnings: readonly FleetProblem[];
}

const REMEDY = 'Give the fleet.resolved.json in it.';

/**
 * Reads a fleet file; `null`, and every problem, if it cannot be used.
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
  if (input.ok) return decodeFleetInput(input.text, option, problems);
  problems.push(option === null ? input.problem : { ...input.problem, path: option });
  return null;
}

/** As {@link readFleetInput}, of a text. */
export function decodeFleetInput(text: string, option: string | null, problems: Problem[]): FleetInput | null {
  const decoded = decodeFleet(text);
  if (decoded.ok) return decoded;
  for (const problem of decoded.problems) {
    if (problem.severity !== 'error') continue;
    problems.push(option === null ? problem : { ...problem, path: `${option}, ${problem.path}` });
  }
  return null;
}
