import { count, printable, sentence, type Problem } from '../text/index.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { notify, remark, type Io } from './io.ts';

const MAX_SHOWN = 50;
/** Arguments that were left out, or are blank. */
const ARGUMENTS: ReadonlySet<string> = new Set(['FLEET', 'NAME']);

/** Prints every problem with its place and remedy. Returns the exit code for bad input. */
export function refuse(io: Io, problems: readonly Problem[], source: string | null = null): ExitCode {
  // The file that has the problems, unless they are all in options.
  const isOfOptions = problems.every(({ path }) => path.startsWith('--') || ARGUMENTS.has(path));
  const what = isOfOptions ? 'The command line' : source === '-' ? 'Standard input' : source;
  const headline = what === null ? 'This cannot be done' : `${what} cannot be used`;
  notify(io, printable(`${headline}: ${count(problems.length, 'problem')}.`));
  for (const { path, message, remedy } of problems.slice(0, MAX_SHOWN)) {
    notify(io, printable(`  ${path}`));
    remark(io, `    ${sentence(message)}`, `    ${sentence(remedy)}`);
  }
  if (problems.length > MAX_SHOWN) notify(io, `  and ${problems.length - MAX_SHOWN} more`);
  return EXIT.badInput;
}
