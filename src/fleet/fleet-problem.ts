import { type Problem, ProblemList } from '../text/index.ts';

/** A problem in a fleet file, or with a request about the fleet. */
export interface FleetProblem extends Problem {
  /** An error makes the file unusable; a warning is allowed but probably unintended. */
  readonly severity: 'error' | 'warning';
  /**
   * The rule that found it (specification: fleet-manifest, "Validation"); absent if the file could not be read there.
   */
  readonly rule?: string;
  /** Set if hosts have no closure, which does not matter if a scenario gives every host a new one. */
  readonly about?: 'closures';
}

/** More than anyone fixes by hand. Bounds the work on a completely broken file. */
const MAX_PROBLEMS = 10_000;

/** The problems of one section of the file, or of one rule. The last entry says how many are not listed. */
export class FleetProblemList {
  readonly #path: string;
  readonly #problems = new ProblemList<FleetProblem>(MAX_PROBLEMS);
  #stopped = false;

  /** @param path the section, for the entry about unlisted problems */
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

  /** Warns that a channel has nothing to roll out, unless a scenario names new closures. */
  warnOfClosures(path: string, message: string, remedy: string): void {
    this.#problems.add({ severity: 'warning', path, message, remedy, about: 'closures' });
  }

  /** Records that the rest of the section was skipped because the list is full. */
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
          ? `there are too many problems here; after ${listed.length} of them, the rest was not checked`
          : `at least ${unlisted} more problems of this kind are not listed`,
        remedy: 'Correct the listed ones, then read the file again.',
      },
    ];
  }
}
