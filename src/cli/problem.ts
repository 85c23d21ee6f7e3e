import { printable } from '../simulator/report/index.ts';

/** Something about the command line or a file that has to be put right before anything can be done. */
export interface Problem {
  /** The option, or the JSON path in the file. */
  readonly where: string;
  readonly message: string;
  readonly fix: string;
}

const MOST = 50;

/** All problems for a person, one after the other. */
export function problemText(source: string, problems: readonly Problem[]): string {
  // A file is not to blame for an option.
  const blamed = problems.every(({ where }) => where.startsWith('--')) ? 'This command' : source;
  const lines = [`${blamed} cannot be used: ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}.`];
  for (const { where, message, fix } of problems.slice(0, MOST)) {
    lines.push(`  ${where}`, `    ${sentence(message)}`, `    ${sentence(fix)}`);
  }
  if (problems.length > MOST) lines.push(`  and ${problems.length - MOST} more`);
  return `${lines.map(printable).join('\n')}\n`;
}

function sentence(text: string): string {
  const begun = text.slice(0, 1).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
