import { findJsonError, type JsonError, quote, scanNames, showName } from '../text/index.ts';
import type { Fleet } from './fleet-manifest.ts';
import { readFleet } from './read-fleet.ts';
import { validateFleet } from './validate-fleet.ts';
import { FleetProblemList, type FleetProblem } from './fleet-problem.ts';

/** Deeper than anything meaningful in a fleet file. Deeper names are not checked. */
const MAX_DEPTH = 8;

/**
 * Reports duplicate names in JSON objects. `JSON.parse` would silently drop a host, which would then not be rolled out.
 *
 * @param text valid JSON
 */
function findRepeatedNames(text: string): readonly FleetProblem[] {
  const problems = new FleetProblemList('$');
  scanNames(text, MAX_DEPTH, (path, name) => {
    const message = `the name ${showName(name)} appears more than once, and only the last one would be used`;
    problems.error(path, message, 'Remove or rename all but one.');
  });
  return problems.toArray();
}

/** A usable fleet with its warnings, or all of its problems. */
export type DecodedFleet =
  | { readonly ok: true; readonly fleet: Fleet; readonly warnings: readonly FleetProblem[] }
  | { readonly ok: false; readonly problems: readonly FleetProblem[] };

/** In UTF-16 units. The largest fleets are a few megabytes. */
const MAX_TEXT_LENGTH = 64 * 1024 * 1024;

/**
 * Decodes a `fleet.resolved.json`, given as text or parsed (specification: fleet-manifest). Reports problems of shape
 * and broken rules together, errors first, each once. If there is an error, there is no fleet. Never throws for a JSON
 * value.
 */
export function decodeFleet(json: unknown): DecodedFleet {
  return typeof json === 'string' ? parseFleet(json) : decodeValue(json, []);
}

function decodeValue(json: unknown, textProblems: readonly FleetProblem[]): DecodedFleet {
  const { draft, fleet, problems } = readFleet(json);
  const all = [...textProblems, ...problems, ...validateFleet(draft)];
  const errors = all.filter((problem) => problem.severity === 'error');
  const warnings = all.filter((problem) => problem.severity === 'warning');
  // If the fleet is incomplete, there is always an error that says why.
  if (fleet === null || errors.length > 0) return { ok: false, problems: [...errors, ...warnings] };
  return { ok: true, fleet, warnings };
}

/** Decodes the text of a `fleet.resolved.json`. Skips a byte order mark. Reports the position of a syntax error. */
export function parseFleet(text: string): DecodedFleet {
  if (text.length > MAX_TEXT_LENGTH) {
    const message = `the file has ${text.length} characters; the limit is ${MAX_TEXT_LENGTH}`;
    return refused(message, 'Check that this is a fleet.resolved.json. If it is, split the fleet.');
  }
  const content = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (content.trim() === '')
    return refused('the file is empty', 'Give the fleet.resolved.json that the build of the fleet writes.');
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch {
    return refused(syntaxMessage(findJsonError(content)), 'Correct the text there, or build the file again.');
  }
  return decodeValue(json, findRepeatedNames(content));
}

function syntaxMessage(error: JsonError | null): string {
  if (error === null) return 'the file is not JSON';
  const found = error.found === null ? 'the end of the file' : quote(error.found);
  return `the file is not JSON: line ${error.line}, column ${error.column}: expected ${error.expected}, found ${found}`;
}

function refused(message: string, remedy: string): DecodedFleet {
  return { ok: false, problems: [{ severity: 'error', path: '$', message, remedy }] };
}
