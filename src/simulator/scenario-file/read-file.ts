/** Why a file that a scenario names cannot be had. */
export interface UnreadableFile {
  readonly message: string;
  readonly remedy: string;
}

/** The text of a file by its path from the scenario, or what is wrong with it; `null` if no more is known. */
export type ReadFile = (path: string) => string | UnreadableFile | null;
