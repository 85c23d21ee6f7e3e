import { closeSync, existsSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from './problem.ts';

const why = (error: unknown): string => (error instanceof Error ? error.message : 'unknown reason');

/** An option that says where something is written, and what was given for it. */
export type OutputOption = readonly [option: string, file: string | undefined];

/** Standard output is for one thing at a time: a program that reads it could not tell two apart. */
export function refuseTwoOnStdout(outputs: readonly OutputOption[], problems: Problem[]): void {
  const onStdout = outputs.filter(([, file]) => file === '-');
  if (onStdout.length < 2) return;
  const where = onStdout.map(([option]) => `${option} -`).join(', ');
  const fix = 'Give a file for all but one of them.';
  problems.push({ where, message: 'standard output has room for one report', fix });
}

/** Writes a text, or bytes, to a file, or to standard output for `-`; the problem, if it cannot be written. */
export function writeOutput(file: string, text: string | Uint8Array): Problem | null {
  if (file === '-') {
    process.stdout.write(text);
    return null;
  }
  try {
    writeFileSync(file, text);
    return null;
  } catch (error) {
    return notWritable(file, error);
  }
}

function notWritable(file: string, error: unknown): Problem {
  return {
    where: file,
    message: `it cannot be written: ${why(error)}`,
    fix: 'Give a file in a directory that exists.',
  };
}

/** Whether a file can be written, found out before the work for it is done; the problem, if it cannot. */
export function checkOutput(file: string): Problem | null {
  if (file === '-') return null;
  try {
    const isNew = !existsSync(file);
    // For appending, so that what is there stays until there is something to put in its place.
    closeSync(openSync(file, 'a'));
    if (isNew) rmSync(file);
    return null;
  } catch (error) {
    return notWritable(file, error);
  }
}

/** Writes files into a directory, which is made if need be. */
export function writeOutputs(
  directory: string,
  files: readonly (readonly [name: string, text: string])[],
): Problem | null {
  try {
    mkdirSync(directory, { recursive: true });
    for (const [name, text] of files) writeFileSync(join(directory, name), text);
    return null;
  } catch (error) {
    return {
      where: directory,
      message: `it cannot be written to: ${why(error)}`,
      fix: 'Give a directory that may be written to.',
    };
  }
}
