import type { Problem } from '../../text/index.ts';

/** Something in a scenario file that a person should put right. Lines and columns count from 1. */
export interface ScenarioProblem extends Problem {
  readonly line: number;
  readonly column: number;
}

/** Something in a scenario file that is allowed and perhaps not meant. */
export interface ScenarioNote {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** One line for a terminal. */
export function formatProblem(fileName: string, { line, column, message, remedy }: ScenarioProblem): string {
  return `${fileName}:${line}:${column}: ${message}. ${remedy}`;
}
