import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Scenario } from '../simulator/index.ts';
import { printable } from '../text/index.ts';
import { readScenario, type Expectation, type UnreadableFile } from '../simulator/scenario-file/index.ts';
import type { Problem } from './problem.ts';

/** What a file for `simulate` comes to; `expectation` is `null` if the scenario says nothing about it. */
export interface FileScenario {
  readonly scenario: Scenario;
  readonly expectation: Expectation | null;
  /** The files that the scenario names, by their paths from here. */
  readonly named: readonly string[];
}

const MAX_FLEET_BYTES = 256 * 1024 * 1024;

/**
 * Whether a file is a scenario, and not a fleet: by its name, or else by what is in it. What is not JSON is a scenario,
 * and so is JSON with a `fleet` and nothing that only fleets have. Of nothing at all a fleet was meant.
 */
export function isScenarioFile(file: string, text: string): boolean {
  if (isNamedAsScenario(file)) return true;
  const begun = text.trimStart();
  return begun.startsWith('{') ? isJsonScenario(begun) : begun !== '';
}

export function isNamedAsScenario(file: string): boolean {
  return /\.ya?ml$/i.test(file);
}

const ONLY_IN_FLEETS = ['channels', 'rolloutPolicies', 'disruptionBudgets', 'meta'];

function isJsonScenario(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return (
      typeof value === 'object' &&
      value !== null &&
      Object.hasOwn(value, 'fleet') &&
      !ONLY_IN_FLEETS.some((key) => Object.hasOwn(value, key))
    );
  } catch {
    return false;
  }
}

/** `null`, and problems, if it is none. Paths in it are from its own folder. */
export function readScenarioFile(file: string, text: string, problems: Problem[]): FileScenario | null {
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
    for (const { line, message } of read.warnings)
      process.stderr.write(`warning: line ${line}: ${printable(message)}\n`);
    for (const { line, message } of read.notes) process.stderr.write(`note: line ${line}: ${message}\n`);
    return { ...read, named };
  }
  problems.push(
    ...read.problems.map(({ line, column, message, remedy }) => ({
      path: `line ${line}, column ${column}`,
      message,
      remedy,
    })),
  );
  return null;
}

function textOf(path: string): string | UnreadableFile | null {
  try {
    const status = statSync(path, { throwIfNoEntry: false });
    if (status === undefined)
      return { message: 'does not exist', remedy: 'Give its path from the folder of this scenario.' };
    if (status.isDirectory()) return { message: 'is a directory', remedy: 'Give the fleet.resolved.json in it.' };
    return status.size > MAX_FLEET_BYTES ? null : readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
