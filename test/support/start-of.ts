import { readStart, type Problem, type StartTime } from '../../src/text/index.ts';

/** A start in the form of `--start`. */
export function startOf(text: string): StartTime {
  const problems: Problem[] = [];
  const start = readStart(text, '--start', problems);
  if (start === null) throw new Error(problems[0]?.message);
  return start;
}
