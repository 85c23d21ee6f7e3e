import { type Problem, ProblemList } from '../text/index.ts';

/** A problem in a fleet file, or with a request about the fleet. */
export interface FleetProblem extends Problem {
  /** An error makes the file unusable; a warning is allowed but probably unintended. */
  readonly severity: 'error' | 'warning';
  /** The rule that found it (specification: fleet-manifest, "Validation"); absent where the file could not be read. */
  readonly rule?: string;
  /** That hosts have no closure. It is no problem where a scenario gives every host a new one. */
  readonly about?: 'closures';
}

/** Enough for any file that a person will fix by hand; bounds the work on a completely broken file. */
const MAX_PROBLEMS = 10_000;

/** The problems of one section of the file or of one rule. The last entry says how many are not listed. */
export class FleetProblemList {
  readonly #path: string;
  readonly #problems = new ProblemList<FleetProblem>(MAX_PROBLEMS);
  #stopped = false;

  /** @param path of the section, named when problems are left out. */
  constructor(path: string) {
    this.#path = path;
  }

  get isFull(): boolean {
    return this.#problems.isFull;
  }

  error(path: string, message: string, remedy: string): void {
    this.#problems.add({ severity: 'error', path, message, remedy });
  }

  warn(path: string, message: string, remedy: string): void {
    this.#problems.add({ severity: 'warning', path, message, remedy });
  }

  /** A channel has nothing to roll out unless a scenario names new closures. */
  warnOfClosures(path: string, message: string, remedy: string): void {
    this.#problems.add({ severity: 'warning', path, message, remedy, about: 'closures' });
  }

  /** The rest of the section is skipped because the list is full. */
  stop(): void {
    this.#stopped = true;
  }

  /** The closing entry about unlisted problems has the severity of the last listed one. */
  toArray(): readonly FleetProblem[] {
    const { listed, unlisted } = this.#problems;
    const last = listed.at(-1);
    if ((unlisted === 0 && !this.#stopped) || last === undefined) return listed;
    return [
      ...listed,
      {
        severity: last.severity,
        path: this.#path,
        message: this.#stopped
          ? `there are too many problems here; after ${listed.length} of them the rest was not looked at`
          : `at least ${unlisted} more problems of this kind are not listed`,
        remedy: 'Correct those that are listed, then read the file again.',
      },
    ];
  }
}
