import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import {
  readScenario,
  type Assumption,
  type Expectation,
  type Scenario,
  type UnreadableFile,
} from '../simulator/index.ts';
import { isObject, type Problem } from '../text/index.ts';
import { readFile } from './input-file.ts';
import { tell, type Io } from './io.ts';

/** What a file for `simulate` comes to. */
export interface FileScenario {
  readonly scenario: Scenario;
  /** `null` if the scenario expects nothing. */
  readonly expectation: Expectation | null;
  /** The absolute paths of the files that the scenario names. */
  readonly named: readonly string[];
  readonly assumptions: readonly Assumption[];
}

/**
 * Whether a file is a scenario and not a fleet: by its name, or else by its content. Anything but JSON is a scenario,
 * and so is JSON with a `fleet` and nothing that only fleets have. An empty file, or a list, was meant to be a fleet.
 */
export function isScenario(file: string, text: string): boolean {
  if (isNamedAsScenario(file)) return true;
  const begun = text.trimStart();
  if (begun.startsWith('{')) return isJsonScenario(begun);
  return begun !== '' && !(begun.startsWith('[') && file.endsWith('.json'));
}

export function isNamedAsScenario(file: string): boolean {
  return /\.ya?ml$/i.test(file);
}

const ONLY_IN_FLEETS = ['channels', 'rolloutPolicies', 'disruptionBudgets', 'meta'];

function isJsonScenario(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) && Object.hasOwn(value, 'fleet') && !ONLY_IN_FLEETS.some((key) => Object.hasOwn(value, key));
  } catch {
    return false;
  }
}

/** Reads a scenario, in which paths start from its own folder; `null`, and problems, if it cannot be used. */
export function readScenarioText(file: string, text: string, problems: Problem[], io: Io): FileScenario | null {
  const folder = file === '-' ? '.' : dirname(file);
  const named: string[] = [];
  const read = readScenario(text, {
    readFile: (path) => {
      const place = resolve(folder, path);
      named.push(place);
      return textOf(place);
    },
  });
  if (read.ok) {
    for (const { line, message } of read.warnings) tell(io, `warning: line ${line}: ${message}`);
    for (const { line, message } of read.notes) tell(io, `note: line ${line}: ${message}`);
    return { scenario: read.scenario, expectation: read.expectation, named, assumptions: [] };
  }
  for (const { line, column, message, remedy } of read.problems)
    problems.push({ path: `line ${line}, column ${column}`, message, remedy });
  return null;
}

function textOf(path: string): string | UnreadableFile | null {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined)
    return { message: 'does not exist', remedy: 'Give its path from the folder of this scenario.' };
  if (status.isDirectory()) return { message: 'is a directory', remedy: 'Give the fleet.resolved.json in it.' };
  const read = readFile(path);
  return read.ok ? read.text : null;
}
