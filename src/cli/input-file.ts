import { closeSync, openSync, readSync } from 'node:fs';
import { errorCode, type Problem } from '../text/index.ts';
import type { Io } from './io.ts';

/** Larger than any fleet or run file. Without a limit, reading an endless device would fill memory. */
const MAX_INPUT_BYTES = 256 * 1024 * 1024;
const CHUNK_BYTES = 1 << 20;

export type Input = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly problem: Problem };

/** The standard inputs that have been read: a second `-` would get nothing. */
const spent = new WeakSet<Io['stdin']>();

/**
 * The text of a file, or of standard input for `-`.
 *
 * @param inDirectory the remedy if it is a directory
 */
export async function readInput(file: string, io: Io, inDirectory?: string): Promise<Input> {
  if (file !== '-') return readFile(file, inDirectory);
  if (spent.has(io.stdin)) {
    const message = 'standard input has already been read, for another file';
    return { ok: false, problem: { path: 'standard input', message, remedy: 'Give a file.' } };
  }
  spent.add(io.stdin);
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of io.stdin) {
      const bytes = Buffer.from(chunk);
      length += bytes.length;
      if (length > MAX_INPUT_BYTES) return tooLong('standard input');
      chunks.push(bytes);
    }
  } catch (error) {
    return unreadable('standard input', error);
  }
  return { ok: true, text: Buffer.concat(chunks).toString('utf8') };
}

/** Like {@link readInput}, but synchronous. */
export function readFile(file: string, inDirectory?: string): Input {
  const chunks: Uint8Array[] = [];
  let length = 0;
  let descriptor: number | null = null;
  try {
    descriptor = openSync(file, 'r');
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const read = readSync(descriptor, chunk);
      if (read === 0) break;
      length += read;
      if (length > MAX_INPUT_BYTES) return tooLong(file);
      chunks.push(chunk.subarray(0, read));
    }
    return { ok: true, text: Buffer.concat(chunks).toString('utf8') };
  } catch (error) {
    return unreadable(file, error, inDirectory);
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}

function tooLong(path: string): Input {
  const message = `this is larger than ${MAX_INPUT_BYTES / (1024 * 1024)} MiB`;
  return { ok: false, problem: { path, message, remedy: 'Give the right file.' } };
}

function unreadable(path: string, error: unknown, inDirectory = 'Give a file in it.'): Input {
  return { ok: false, problem: { path, ...reason(errorCode(error), inDirectory) } };
}

function reason(code: string, inDirectory: string): Omit<Problem, 'path'> {
  switch (code) {
    case 'ENOENT':
      return { message: 'there is no such file', remedy: 'Check the path.' };
    case 'EISDIR':
      return { message: 'this is a directory', remedy: inDirectory };
    case 'EACCES':
      return { message: 'reading it is not permitted', remedy: 'Check its permissions.' };
    default:
      return { message: `reading it failed (${code})`, remedy: 'Check that it is a readable file.' };
  }
}

const SQLITE_MAGIC = 'SQLite format 3\0';

/** Whether a file is an SQLite database. */
export function isDatabase(file: string): boolean {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    // Reading it as text will report what is wrong.
    return false;
  }
  try {
    const start = Buffer.alloc(SQLITE_MAGIC.length);
    readSync(descriptor, start);
    return start.toString('latin1') === SQLITE_MAGIC;
  } catch {
    return false;
  } finally {
    closeSync(descriptor);
  }
}
