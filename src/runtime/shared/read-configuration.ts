import type { z } from 'zod';
import { at, describeValue, listProblems, memberAt, type Problem } from '../../text/index.ts';
import { parseJson } from '../../wire/index.ts';

/** The contents of a configuration file, or everything that is wrong with it. */
export type ReadConfiguration<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Reads a configuration file in JSON. The messages of the schema's issues say what was expected.
 *
 * @internal
 */
export function readConfiguration<Value>(text: string, schema: z.ZodType<Value>): ReadConfiguration<Value> {
  const json = parseJson(text);
  if (!json.ok) {
    const problems = json.problems.map(({ path, expected, got }) => ({
      path,
      message: `expected ${expected}, found ${got}`,
      remedy: CORRECT,
    }));
    return { ok: false, problems };
  }
  const result = schema.safeParse(json.value);
  if (result.success) return { ok: true, value: result.data };
  const problems = result.error.issues.flatMap((issue) => problemsOf(issue, json.value));
  return { ok: false, problems: listProblems(problems) };
}

const CORRECT = 'Correct it in the configuration file.';

function problemsOf(issue: z.core.$ZodIssue, whole: unknown): readonly Problem[] {
  const { path, found } = memberAt(whole, issue.path);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownSetting(at(path, key)));
  const expected = issue.message;
  const remedy = found === undefined ? `Add it: ${expected}.` : `Replace it with ${expected}.`;
  return [{ path, message: `expected ${expected}, found ${describeValue(found)}`, remedy }];
}

function unknownSetting(path: string): Problem {
  return { path, message: 'there is no such setting', remedy: 'Remove it, or correct its name.' };
}
