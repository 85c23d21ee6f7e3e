/** Something in a scenario file that a person should put right. Lines and columns count from 1. */
export interface ScenarioProblem {
  readonly line: number;
  readonly column: number;
  /** Where in the file's structure, such as `$.steps[2].hosts`. */
  readonly path: string;
  /** What is wrong, and what was expected. */
  readonly message: string;
  /** What to do about it. */
  readonly fix: string;
}

/** Something in a scenario file that is allowed and perhaps not meant. */
export interface ScenarioNote {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** One line for a terminal. */
export function formatProblem(fileName: string, { line, column, message, fix }: ScenarioProblem): string {
  return `${fileName}:${line}:${column}: ${message}. ${fix}`;
}
