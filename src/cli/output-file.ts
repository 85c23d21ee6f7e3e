import { randomUUID } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { getSystemErrorMap } from 'node:util';
import { appendTo, errorCode, type Problem } from '../text/index.ts';
import type { Io } from './io.ts';
import { writeAll } from './process-io.ts';

/** Thrown when an output cannot be written, for any reason but a closed pipe. */
export class UnwritableOutput extends Error {
  readonly problem: Problem;

  /** @param path the file or option to name */
  constructor(path: string, error: unknown) {
    const why = systemWords(error);
    super(why);
    const remedy = 'Check the permissions and the free space there, or write to another file.';
    this.problem = { path, message: `it cannot be written: ${why}`, remedy };
  }
}

/** Without the path: that is the one of the unfinished file. */
function systemWords(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  if (!('errno' in error) || typeof error.errno !== 'number') return error.message;
  const [code, words] = getSystemErrorMap().get(error.errno) ?? ['', ''];
  return code === '' ? error.message : `${code}: ${words}`;
}

/**
 * A file that appears only when it is complete. It is written beside its destination and then moved there, so a full
 * disk or a signal leaves an older file intact. Anything but a regular file, such as a pipe, is written directly. `-`
 * is standard output.
 *
 * Every method throws an UnwritableOutput if it fails, or the system's EPIPE.
 */
export class OutputFile {
  readonly #name: string;
  readonly #write: (bytes: Uint8Array) => void;
  #descriptor: number | null = null;
  /** Where the file will be, and where it is until then; `null` if it is written directly. */
  readonly #move: { readonly from: string; readonly to: string } | null;

  /** @param name what to call it in messages: the file, or the option that names it */
  constructor(file: string, io: Io, name: string = file) {
    this.#name = name;
    if (file === '-') {
      this.#move = null;
      this.#write = io.stdout.write;
      return;
    }
    const to = endOfLinks(file);
    const from = `${to}.${randomUUID()}.partial`;
    this.#move = existsSync(to) && !statSync(to).isFile() ? null : { from, to };
    const descriptor = this.#attempt(() => {
      return this.#move === null ? openSync(to, 'w') : openSync(from, 'wx');
    });
    this.#descriptor = descriptor;
    this.#write = (bytes) => writeAll(descriptor, bytes);
  }

  write(data: string | Uint8Array): void {
    this.#attempt(() => this.#write(Buffer.from(data)));
  }

  /** Closes the file and moves it to its destination. */
  close(): void {
    this.#attempt(() => {
      this.#closeDescriptor();
      if (this.#move === null) return;
      const { from, to } = this.#move;
      if (existsSync(to)) chmodSync(from, statSync(to).mode);
      renameSync(from, to);
    });
  }

  /** Deletes the unfinished file. */
  discard(): void {
    this.#closeDescriptor();
    if (this.#move !== null) rmSync(this.#move.from, { force: true });
  }

  #closeDescriptor(): void {
    if (this.#descriptor === null) return;
    const descriptor = this.#descriptor;
    this.#descriptor = null;
    closeSync(descriptor);
  }

  #attempt<Value>(action: () => Value): Value {
    try {
      return action();
    } catch (error) {
      if (errorCode(error) === 'EPIPE') throw error;
      throw new UnwritableOutput(this.#name, error);
    }
  }
}

const MAX_LINKS = 40;

/** Follows links. The target need not exist yet. */
function endOfLinks(file: string, links = MAX_LINKS): string {
  if (existsSync(file)) return realpathSync(file);
  const target = links === 0 ? null : readLink(file);
  return target === null ? resolve(file) : endOfLinks(resolve(dirname(file), target), links - 1);
}

function readLink(file: string): string | null {
  return lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true ? readlinkSync(file) : null;
}

/** Writes a whole file, or to standard output for `-`. Returns a problem if it cannot be written. */
export function writeOutput(file: string, data: string | Uint8Array, io: Io, name: string = file): Problem | null {
  let output: OutputFile | null = null;
  try {
    output = new OutputFile(file, io, name);
    output.write(data);
    output.close();
    return null;
  } catch (error) {
    output?.discard();
    if (error instanceof UnwritableOutput) return error.problem;
    throw error;
  }
}

/** Writes each output whose option was given. Returns a problem for each that cannot be written. */
export function writeRequested(
  outputs: readonly (readonly [file: string | undefined, text: () => string])[],
  io: Io,
): readonly Problem[] {
  return outputs.flatMap(([file, text]) => (file === undefined ? [] : (writeOutput(file, text(), io) ?? [])));
}

/** Writes files into a directory, which is created if necessary. */
export function writeOutputs(
  directory: string,
  files: readonly (readonly [name: string, text: string])[],
  io: Io,
): Problem | null {
  try {
    mkdirSync(directory, { recursive: true });
  } catch (error) {
    return new UnwritableOutput(directory, error).problem;
  }
  for (const [name, text] of files) {
    const problem = writeOutput(join(directory, name), text, io);
    if (problem !== null) return problem;
  }
  return null;
}

/** An option that names an output, its file, and how it was typed if not as `option file`. */
export type OutputOption = readonly [option: string, file: string | undefined, typed?: string];

/** Refuses outputs that cannot be written, and two in one place: one would be lost, or both would be mixed up. */
export function refuseOutputs(outputs: readonly OutputOption[], problems: Problem[]): void {
  const sharers = new Map<string, string[]>();
  for (const [option, file, typed = `${option} ${file ?? ''}`] of outputs) {
    if (file === undefined) continue;
    const problem = outputProblem(file);
    if (problem !== null) problems.push({ path: typed.trimEnd(), ...problem });
    const place = placeOf(file);
    if (place !== null) appendTo(sharers, place, typed);
  }
  for (const [place, typed] of sharers) {
    if (typed.length < 2) continue;
    const message = `${place === '-' ? 'standard output' : 'one file'} can hold only one report`;
    problems.push({ path: typed.join(', '), message, remedy: 'Write all but one of them to another file.' });
  }
}

/** Why a file cannot be written, if that is known before there is anything to write. */
function outputProblem(file: string): Pick<Problem, 'message' | 'remedy'> | null {
  if (file.trim() === '')
    return { message: 'its name is blank', remedy: 'Give the file to write, or - for standard output.' };
  if (file === '-') return null;
  const status = statSync(file, { throwIfNoEntry: false });
  if (status?.isDirectory() === true) return { message: 'this is a directory', remedy: 'Give a file in it.' };
  const directory = dirname(endOfLinks(file));
  if (!existsSync(directory))
    return { message: 'its directory does not exist', remedy: 'Create the directory, or write to another file.' };
  // A file is written beside its destination first, but a device or a pipe is written directly.
  if (isWritable(status === undefined || status.isFile() ? directory : file)) return null;
  return { message: 'it cannot be written', remedy: 'Check the permissions there, or write to another file.' };
}

function isWritable(place: string): boolean {
  try {
    accessSync(place, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Refuses a directory that cannot be created because something else has its name. */
export function refuseDirectory(option: string, directory: string | undefined, problems: Problem[]): void {
  if (directory === undefined || !existsSync(directory) || statSync(directory).isDirectory()) return;
  const remedy = 'Give a directory; it is created if it does not exist.';
  problems.push({ path: `${option} ${directory}`, message: 'this is not a directory', remedy });
}

/** Refuses to overwrite an input file. */
export function refuseToOverwrite(
  inputs: readonly string[],
  outputs: readonly OutputOption[],
  problems: Problem[],
): void {
  const read = new Set(inputs.map(placeOf));
  for (const [option, file = '-', typed = `${option} ${file}`] of outputs) {
    const place = placeOf(file);
    // Standard input and standard output are two places.
    if (place === null || place === '-' || !read.has(place)) continue;
    const message = 'this input file would be overwritten';
    problems.push({ path: typed, message, remedy: 'Write to another file.' });
  }
}

/** The real path of a file; `null` for a device or a pipe, which may receive any number of outputs. */
function placeOf(file: string): string | null {
  if (file === '-') return file;
  if (!existsSync(file)) return resolve(file);
  return statSync(file).isFile() ? realpathSync(file) : null;
}
