import type { Problem } from '../../text/index.ts';

/** A problem in a scenario file. Lines and columns count from 1. */
export interface ScenarioProblem extends Problem {
  readonly line: number;
  readonly column: number;
}

/** A valid but probably unintended part of a scenario file. */
export interface ScenarioNote {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** One line for a terminal. */
export function formatProblem(fileName: string, { line, column, message, remedy }: ScenarioProblem): string {
  return `${fileName}:${line}:${column}: ${message}. ${remedy}`;
}
