import { closeSync, existsSync, mkdirSync, openSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Problem } from './problem.ts';

const why = (error: unknown): string => (error instanceof Error ? error.message : 'unknown reason');

/** An option that says where something is written, what was given for it, and how that was typed if not as both. */
export type OutputOption = readonly [option: string, file: string | undefined, typed?: string];

/** One place is for one thing: a program that reads it could not tell two apart, and of two in a file one is lost. */
export function refuseTwoInOnePlace(outputs: readonly OutputOption[], problems: Problem[]): void {
  const sharers = new Map<string, string[]>();
  for (const [option, file, typed = `${option} ${file ?? ''}`] of outputs) {
    const place = file === undefined ? null : placeOf(file);
    if (place !== null) sharers.set(place, [...(sharers.get(place) ?? []), typed]);
  }
  for (const [place, typed] of sharers) {
    if (typed.length < 2) continue;
    const message = `${place === '-' ? 'standard output' : 'one file'} has room for one report`;
    problems.push({ path: typed.join(', '), message, remedy: 'Give all but one of them a file of its own.' });
  }
}

/** What is read would be lost if it were written over, and the run that is told of it could not be had again. */
export function refuseToOverwrite(
  inputs: readonly string[],
  outputs: readonly OutputOption[],
  problems: Problem[],
): void {
  const read = new Set(inputs.map(placeOf));
  for (const [option, file = '-', typed = `${option} ${file}`] of outputs) {
    const place = placeOf(file);
    // What comes in through standard input is not what goes out through standard output.
    if (place === null || place === '-' || !read.has(place)) continue;
    const remedy = 'Give a file of its own for what is written.';
    problems.push({ path: typed, message: 'this file is read, and would be written over', remedy });
  }
}

/** Where a file is, by whatever name; `null` for what is no file, such as `/dev/null`, which takes any number. */
function placeOf(file: string): string | null {
  if (file === '-') return file;
  if (!existsSync(file)) return resolve(file);
  return statSync(file).isFile() ? realpathSync(file) : null;
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
    path: file,
    message: `it cannot be written: ${why(error)}`,
    remedy: 'Give a file in a directory that exists.',
  };
}

/** Whether a file can be written, found out before the work for it is done; the problem, if it cannot. */
export function checkOutput(file: string): Problem | null {
  if (file === '-') return null;
  try {
    const isNew = !existsSync(file);
    // For appending, so that what is there stays until there is something to put in its place.
    closeSync(openSync(file, 'a'));
    // Where the file really is: of a link that leads nowhere yet, it is its end that was made.
    if (isNew) rmSync(realpathSync(file));
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
      path: directory,
      message: `it cannot be written to: ${why(error)}`,
      remedy: 'Give a directory that may be written to.',
    };
  }
}
