import type { Problem } from './problem.ts';

/** The least and the greatest number that an option takes. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** As many digits as are read; for options that have no greatest number of their own. */
const MAX_OF_10_DIGITS = 9_999_999_999;

export const FROM_0: Bounds = { min: 0, max: MAX_OF_10_DIGITS };
export const FROM_1: Bounds = { min: 1, max: MAX_OF_10_DIGITS };

/** The whole number that an option is given; `null` without a problem if it is not given, and with one if it is none. */
export function wholeNumber(
  option: string,
  text: string | undefined,
  { min, max }: Bounds,
  problems: Problem[],
): number | null {
  if (text === undefined) return null;
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  const message = `expected a whole number from ${min} to ${max}`;
  problems.push({
    path: `${option} ${text}`,
    message,
    remedy: `Give one, such as ${option} ${Math.min(min + 1, max)}.`,
  });
  return null;
}
