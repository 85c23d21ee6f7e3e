import { parse, YAMLParseError } from 'yaml';
import type { z } from 'zod';
import { at, describeValue, memberAt, type Problem } from '../text/index.ts';

const MAX_LENGTH = 1_000_000;

/**
 * Reads a YAML or JSON file by a schema, whose messages say what was expected. If it cannot be used, adds all problems and
 * returns `null`.
 */
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
    const value: unknown = parse(text, { maxAliasCount: 0, logLevel: 'error' });
    const read = schema.safeParse(value);
    if (read.success) return read.data;
    for (const issue of read.error.issues) {
      const { path, found } = memberAt(value, issue.path);
      const add = (place: string, message: string): unknown =>
        problems.push({ path: place === '$' ? file : `${file}, ${place}`, message, remedy });
      if (issue.code === 'unrecognized_keys')
        issue.keys.forEach((key) => add(at(path, key), 'there is no such setting'));
      else add(path, `expected ${issue.message}, found ${describeValue(found)}`);
    }
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
