import type { Problem } from './problem.ts';

/** The whole number from 1 that an option is given; `null`, and a problem, if it is none. */
export function wholeNumber(option: string, text: string, max: number, problems: Problem[]): number | null {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= max) return value;
  const message = `expected a whole number from 1 to ${max}`;
  problems.push({ where: `${option} ${text}`, message, fix: `Give one, such as ${option} 2.` });
  return null;
}
