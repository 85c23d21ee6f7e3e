import type { FleetProblem } from './fleet-problem.ts';

/** Enough for any file that a person will put right by hand; it bounds the work on a file that is broken throughout. */
const MAX_PROBLEMS = 10_000;

/**
 * Collects the problems of one section of the file or of one rule: each once, in the order found, up to a limit. What
 * is over the limit is counted in one closing problem, so that nothing is left out silently.
 */
export class ProblemList {
  readonly #path: string;
  readonly #found = new Map<string, FleetProblem>();
  #leftOut = 0;
  #stopped = false;

  /** @param path of the section, named when problems are left out. */
  constructor(path: string) {
    this.#path = path;
  }

  get isFull(): boolean {
    return this.#found.size >= MAX_PROBLEMS;
  }

  error(path: string, message: string, fix: string): void {
    this.add({ severity: 'error', path, message, fix });
  }

  warn(path: string, message: string, fix: string): void {
    this.add({ severity: 'warning', path, message, fix });
  }

  add(problem: FleetProblem): void {
    if (this.isFull) {
      this.#leftOut += 1;
      return;
    }
    const key = JSON.stringify([problem.severity, problem.path, problem.message]);
    if (!this.#found.has(key)) this.#found.set(key, problem);
  }

  /** Nothing further of the section is looked at, because the list is full. */
  stop(): void {
    this.#stopped = true;
  }

  /** Everything that was found, and what was left out as a problem of the same severity as the last that was kept. */
  toArray(): readonly FleetProblem[] {
    const found = [...this.#found.values()];
    const last = found.at(-1);
    if ((this.#leftOut === 0 && !this.#stopped) || last === undefined) return found;
    return [
      ...found,
      {
        severity: last.severity,
        path: this.#path,
        message: this.#stopped
          ? `there are too many problems here; after ${found.length} of them the rest was not looked at`
          : `at least ${this.#leftOut} more problems of this kind are not listed`,
        fix: 'Correct those that are listed, then read the file again.',
      },
    ];
  }
}
