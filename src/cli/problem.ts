import { count, printable, type Problem } from '../text/index.ts';

export type { Problem } from '../text/index.ts';

const MOST = 50;

/** All problems for a person, one after the other. */
export function problemText(source: string, problems: readonly Problem[]): string {
  // A file is not to blame for an option.
  const blamed = problems.every(({ path }) => path.startsWith('--')) ? 'This command' : source;
  const lines = [`${blamed} cannot be used: ${count(problems.length, 'problem')}.`];
  for (const { path, message, remedy } of problems.slice(0, MOST)) {
    lines.push(`  ${path}`, `    ${sentence(message)}`, `    ${sentence(remedy)}`);
  }
  if (problems.length > MOST) lines.push(`  and ${problems.length - MOST} more`);
  return `${lines.map(printable).join('\n')}\n`;
}

function sentence(text: string): string {
  const begun = text.slice(0, 1).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
