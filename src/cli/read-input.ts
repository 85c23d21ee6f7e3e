import { readFileSync } from 'node:fs';
import type { Problem } from './problem.ts';

export type Input = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly problem: Problem };

/** The text of a file, or of standard input for `-`; `inDirectory` says what to give in the place of a directory. */
export function readInput(file: string, inDirectory = 'Give a file in it.'): Input {
  try {
    return { ok: true, text: readFileSync(file === '-' ? 0 : file, 'utf8') };
  } catch (error) {
    return { ok: false, problem: { path: file === '-' ? 'standard input' : file, ...whyNot(error, inDirectory) } };
  }
}

function whyNot(error: unknown, inDirectory: string): Pick<Problem, 'message' | 'remedy'> {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  switch (code) {
    case 'ENOENT':
      return { message: 'there is no such file', remedy: 'Check the path.' };
    case 'EISDIR':
      return { message: 'this is a directory', remedy: inDirectory };
    case 'EACCES':
      return { message: 'it may not be read', remedy: 'Check its permissions.' };
    default:
      return { message: `it could not be read (${code})`, remedy: 'Check that it is a file that can be read.' };
  }
}
