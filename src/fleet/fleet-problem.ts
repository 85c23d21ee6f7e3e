/** Something about a fleet file, or about what is asked of it, that a person should put right. */
export interface FleetProblem {
  /** An error makes the file unusable; a warning is something that is allowed and probably not meant. */
  readonly severity: 'error' | 'warning';
  /** Where: a JSON path such as `$.channels.stable.rolloutPolicy` or `$.hosts["web 1"].tags[0]`. */
  readonly path: string;
  /** What is wrong, and what was expected. */
  readonly message: string;
  /** What to do about it. */
  readonly fix: string;
}
