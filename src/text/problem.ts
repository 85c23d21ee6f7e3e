/** A problem with an input, for a person to correct. */
export interface Problem {
  /** Where: a JSON path such as `$.hosts["web 1"].tags[0]`, a place in a file, or an option. */
  readonly path: string;
  /** What is wrong, and what was expected. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** More than anyone corrects by hand. Bounds the work on a hostile input. */
const MAX_PROBLEMS = 1000;

/** Problems in the order in which they were found, each once, up to a limit. Further ones are only counted. */
export class ProblemList<Entry extends Problem = Problem> {
  readonly #limit: number;
  readonly #listed = new Map<string, Entry>();
  #count = 0;
  #unlisted = 0;

  constructor(limit: number = MAX_PROBLEMS) {
    this.#limit = limit;
  }

  add(problem: Entry): void {
    this.#count += 1;
    if (this.isFull) {
      this.#unlisted += 1;
      return;
    }
    const key = JSON.stringify([problem.path, problem.message]);
    if (!this.#listed.has(key)) this.#listed.set(key, problem);
  }

  /** Further problems would not be listed, so there is no point in looking for more. */
  get isFull(): boolean {
    return this.#listed.size >= this.#limit;
  }

  /** How many problems were added, including repetitions and unlisted ones. */
  get count(): number {
    return this.#count;
  }

  /** How many problems were added after the list was full. */
  get unlisted(): number {
    return this.#unlisted;
  }

  get listed(): readonly Entry[] {
    return [...this.#listed.values()];
  }
}

/** Problems up to a limit, each once. If there are more, a last one says how many. */
export function listProblems(problems: Iterable<Problem>, limit?: number): readonly Problem[] {
  const list = new ProblemList(limit);
  for (const problem of problems) list.add(problem);
  if (list.unlisted === 0) return list.listed;
  const message = `${list.unlisted} more problems are not listed`;
  return [...list.listed, { path: '$', message, remedy: 'Correct the listed ones, then read it again.' }];
}

/** The problem with a setting that must be positive and finite; `null` if there is none. */
export function notPositive(name: string, value: number): string | null {
  return value > 0 && Number.isFinite(value) ? null : `${name}: expected a positive number, got ${value}`;
}

/** The problem with a setting that must be a whole number of at least `min`; `null` if there is none. */
export function notWhole(name: string, value: number, min: number): string | null {
  const isRight = Number.isSafeInteger(value) && value >= min;
  return isRight ? null : `${name}: expected a whole number from ${min}, got ${value}`;
}

/** @throws RangeError that lists the `problems`, if there are any */
export function throwProblems(what: string, problems: readonly (string | null)[]): void {
  const found = problems.filter((problem) => problem !== null);
  if (found.length > 0) throw new RangeError(`${what} out of range. ${found.join('; ')}.`);
}
