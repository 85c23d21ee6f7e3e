import { parse, YAMLParseError } from 'yaml';
import type { z } from 'zod';
import type { Problem } from '../text/index.ts';

const MAX_LENGTH = 1_000_000;

/** Reads a YAML or JSON file by a schema. If it cannot be used, adds all problems and returns `null`. */
export function readYaml<Value>(
  text: string,
  file: string,
  schema: z.ZodType<Value>,
  remedy: string,
  problems: Problem[],
): Value | null {
  if (text.length > MAX_LENGTH) {
    problems.push({ path: file, message: `this is longer than ${MAX_LENGTH} characters`, remedy });
    return null;
  }
  try {
    const read = schema.safeParse(parse(text, { maxAliasCount: 0 }));
    if (read.success) return read.data;
    for (const { path, message } of read.error.issues)
      problems.push({ path: `${file}, ${path.map(String).join('.') || 'the whole'}`, message, remedy });
  } catch (error) {
    // The library refuses an alias with the second one.
    if (!(error instanceof YAMLParseError) && !(error instanceof ReferenceError)) throw error;
    problems.push({
      path: file,
      message: error.message.split('\n', 1)[0]?.replace(/:$/, '') ?? 'it is not YAML',
      remedy,
    });
  }
  return null;
}
