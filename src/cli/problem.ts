import { count, printable, type Problem } from '../text/index.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { notify, type Io } from './io.ts';

const MAX_SHOWN = 50;

/** Prints every problem with its place and remedy. Returns the exit code for bad input. */
export function refuse(io: Io, problems: readonly Problem[], source = 'This command'): ExitCode {
  notify(io, problemText(source, problems));
  return EXIT.badInput;
}

/** @param source the file that has the problems, unless they are all in options */
function problemText(source: string, problems: readonly Problem[]): string {
  const blamed = problems.every(({ path }) => path.startsWith('--')) ? 'This command' : source;
  const lines = [`${blamed} cannot be used: ${count(problems.length, 'problem')}.`];
  for (const { path, message, remedy } of problems.slice(0, MAX_SHOWN)) {
    lines.push(`  ${path}`, `    ${sentence(message)}`, `    ${sentence(remedy)}`);
  }
  if (problems.length > MAX_SHOWN) lines.push(`  and ${problems.length - MAX_SHOWN} more`);
  return lines.map(printable).join('\n');
}

function sentence(text: string): string {
  const begun = text.slice(0, 1).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
