import { errorCode, type Problem } from '../../text/index.ts';

/** A problem outside the process that a person must fix before it can run: a disk, a port, a file. */
export class RuntimeProblem extends Error {
  readonly problem: Problem;

  constructor(problem: Problem, options?: ErrorOptions) {
    super(`${problem.path}: ${problem.message}. ${problem.remedy}`, options);
    this.name = 'RuntimeProblem';
    this.problem = problem;
  }
}

/** Whatever was thrown, as an error. */
export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

const DISK_WORDS: Readonly<Record<string, readonly [message: string, remedy: string]>> = {
  ENOSPC: ['the disk is full', 'Make room on it.'],
  EDQUOT: ['the quota of the disk is used up', 'Make room on it, or raise the quota.'],
  EROFS: ['the file system is read-only', 'Mount it writable, or configure another folder.'],
  EACCES: ['access is not permitted', 'Give the user of this process the right to write there.'],
  EPERM: ['access is not permitted', 'Give the user of this process the right to write there.'],
  ENOENT: ['there is no such file or folder', 'Create it, or configure another.'],
  ENOTDIR: ['a part of the path is not a folder', 'Configure another path.'],
  EISDIR: ['this is a folder', 'Configure a file.'],
  EIO: ['the disk failed', 'Check its health.'],
};

/** Explains a failed file operation. */
export function diskProblem(path: string, error: unknown): RuntimeProblem {
  const code = errorCode(error);
  const [message, remedy] = DISK_WORDS[code] ?? [`using it failed (${code})`, 'Check that it can be read and written.'];
  return new RuntimeProblem({ path, message, remedy }, { cause: error });
}
