import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Scenario } from '../simulator/index.ts';
import { readScenario, type Expectation } from '../simulator/scenario-file/index.ts';
import type { Problem } from './problem.ts';

/** What a file for `simulate` comes to; `expectation` is `null` if the scenario says nothing about it. */
export interface FileScenario {
  readonly scenario: Scenario;
  readonly expectation: Expectation | null;
}

const MAX_FLEET_BYTES = 256 * 1024 * 1024;

/** Whether a file is a scenario, and not a fleet: by its name, or on standard input by its first letter. Of nothing at all a fleet was meant. */
export function isScenarioFile(file: string, text: string): boolean {
  return file === '-' ? !/^(\{|$)/.test(text.trimStart()) : /\.ya?ml$/i.test(file);
}

/** `null`, and problems, if it is none. Paths in it are from its own folder. */
export function readScenarioFile(file: string, text: string, problems: Problem[]): FileScenario | null {
  const folder = file === '-' ? '.' : dirname(file);
  const read = readScenario(text, { readFile: (path) => textOf(resolve(folder, path)) });
  if (read.ok) return read;
  problems.push(
    ...read.problems.map(({ line, column, message, fix }) => ({
      where: `line ${line}, column ${column}`,
      message,
      fix,
    })),
  );
  return null;
}

function textOf(path: string): string | null {
  try {
    return statSync(path).size > MAX_FLEET_BYTES ? null : readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
