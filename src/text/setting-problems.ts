/** What is wrong with a number that must be positive and finite; `null` if nothing is. */
export function notPositive(name: string, value: number): string | null {
  return value > 0 && Number.isFinite(value) ? null : `${name}: expected a positive number, got ${value}`;
}

/** What is wrong with a number that must be whole and at least `min`; `null` if nothing is. */
export function notWhole(name: string, value: number, min: number): string | null {
  const isRight = Number.isSafeInteger(value) && value >= min;
  return isRight ? null : `${name}: expected a whole number from ${min}, got ${value}`;
}

/** @throws RangeError that names every one of `problems`, if there are any. */
export function throwProblems(what: string, problems: readonly (string | null)[]): void {
  const found = problems.filter((problem) => problem !== null);
  if (found.length > 0) throw new RangeError(`${what} out of range. ${found.join('; ')}.`);
}
