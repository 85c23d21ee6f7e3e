/** Why a file that a scenario names cannot be read. */
export interface UnreadableFile {
  readonly message: string;
  readonly remedy: string;
}

/** The text of a file by its path relative to the scenario, or a problem; `null` for an unknown problem. */
export type ReadFile = (path: string) => string | UnreadableFile | null;
