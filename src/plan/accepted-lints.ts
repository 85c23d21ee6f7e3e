import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';
import type { Problem } from '../text/index.ts';
import type { Lint } from './lints.ts';

/** A lint that was reviewed and accepted. */
export interface AcceptedLint {
  readonly lint: string;
  /** The path in the fleet file; absent for any path. */
  readonly path?: string | undefined;
  readonly reason: string;
}

const FILE = z.array(z.strictObject({ lint: z.string(), path: z.string().optional(), reason: z.string().min(1) }));
const REMEDY = 'Write a list of `- lint: ID`, with a `reason`, and a `path` to accept it in one place only.';
const MAX_LENGTH = 1_000_000;

/** Reads a file of accepted lints, in YAML or JSON; every problem in it if it cannot be used. */
export function readAcceptedLints(text: string, file: string, problems: Problem[]): readonly AcceptedLint[] {
  if (text.length > MAX_LENGTH) {
    problems.push({ path: file, message: `this is longer than ${MAX_LENGTH} characters`, remedy: REMEDY });
    return [];
  }
  try {
    const read = FILE.safeParse(parse(text, { maxAliasCount: 0 }) ?? []);
    if (read.success) return read.data;
    for (const { path, message } of read.error.issues)
      problems.push({ path: `${file}, entry ${path.join('.')}`, message, remedy: REMEDY });
  } catch (error) {
    if (!(error instanceof YAMLParseError) && !(error instanceof ReferenceError)) throw error;
    problems.push({ path: file, message: error.message.split('\n', 1)[0] ?? 'it is not YAML', remedy: REMEDY });
  }
  return [];
}

/** The lints that were not accepted, and the entries that match none. */
export function withoutAccepted(
  lints: readonly Lint[],
  accepted: readonly AcceptedLint[],
): { readonly left: readonly Lint[]; readonly unused: readonly AcceptedLint[] } {
  const covers = (entry: AcceptedLint, lint: Lint): boolean =>
    entry.lint === lint.id && (entry.path === undefined || entry.path === lint.path);
  return {
    left: lints.filter((lint) => !accepted.some((entry) => covers(entry, lint))),
    unused: accepted.filter((entry) => !lints.some((lint) => covers(entry, lint))),
  };
}
