import { scanNames, showName } from '../text/index.ts';
import { FleetProblemList, type FleetProblem } from './fleet-problem.ts';

/** Deeper than anything that a fleet file gives a meaning to; what lies below is not looked at. */
const MAX_DEPTH = 8;

/**
 * Names that an object of a JSON text holds more than once: a host that `JSON.parse` dropped would silently not be
 * rolled out.
 *
 * @param text of valid JSON.
 */
export function findRepeatedNames(text: string): readonly FleetProblem[] {
  const problems = new FleetProblemList('$');
  scanNames(text, MAX_DEPTH, (path, name) => {
    const message = `the name ${showName(name)} is there more than once, and only the last would be read`;
    problems.error(path, message, 'Remove or rename all but one.');
  });
  return problems.toArray();
}
