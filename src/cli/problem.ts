import { count, printable, type Problem } from '../text/index.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { notify, remark, type Io } from './io.ts';

const MAX_SHOWN = 50;

/** Prints every problem with its place and remedy. Returns the exit code for bad input. */
export function refuse(io: Io, problems: readonly Problem[], source = 'This command'): ExitCode {
  // The file that has the problems, unless they are all in options.
  const isOfOptions = problems.every(({ path }) => path.startsWith('--'));
  const blamed = isOfOptions ? 'This command' : source === '-' ? 'Standard input' : source;
  notify(io, printable(`${blamed} cannot be used: ${count(problems.length, 'problem')}.`));
  for (const { path, message, remedy } of problems.slice(0, MAX_SHOWN)) {
    notify(io, printable(`  ${path}`));
    remark(io, `    ${sentence(message)}`, `    ${sentence(remedy)}`);
  }
  if (problems.length > MAX_SHOWN) notify(io, `  and ${problems.length - MAX_SHOWN} more`);
  return EXIT.badInput;
}

function sentence(text: string): string {
  const begun = text.slice(0, 1).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
