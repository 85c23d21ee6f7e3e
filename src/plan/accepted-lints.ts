import { z } from 'zod';
import type { Problem } from '../text/index.ts';
import type { Lint } from './lints.ts';
import { readYaml } from './read-yaml.ts';

/** A lint that was reviewed and accepted. */
export interface AcceptedLint {
  readonly lint: string;
  /** The path in the fleet file; absent for any path. */
  readonly path?: string | undefined;
  readonly reason: string;
}

const FILE = z.preprocess(
  // An empty file accepts nothing.
  (value) => value ?? [],
  z.array(
    z.strictObject(
      {
        lint: z.string('the ID of a lint'),
        path: z.string('a path in the fleet file').optional(),
        reason: z.string('a reason').min(1, 'a reason'),
      },
      'a lint with its reason',
    ),
    'a list',
  ),
);
const REMEDY = 'Write a list of `- lint: ID`, with a `reason`, and a `path` to accept it in one place only.';
/** Reads a file of accepted lints, in YAML or JSON. If it cannot be used, adds all problems and returns nothing. */
export function readAcceptedLints(text: string, file: string, problems: Problem[]): readonly AcceptedLint[] {
  return readYaml(text, file, FILE, REMEDY, problems) ?? [];
}

/** The lints not accepted, and the entries that match none. */
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
