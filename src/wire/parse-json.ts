import { describeValue, findJsonError } from '../text/index.ts';
import { problemAt } from './problem-report.ts';
import type { WireProblem, WireResult } from './wire-result.ts';

/** As `JSON.parse`, but a text that is not JSON is a result that says where, by line and column. Never throws. */
export function parseJson(text: string): WireResult<unknown> {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return { ok: false, problems: [problemOf(text, error)] };
  }
}

function problemOf(text: string, error: unknown): WireProblem {
  const found = findJsonError(text);
  // The text is JSON, and yet the engine did not take it: too deep or too long for it.
  if (found === null)
    return problemAt('$', 'JSON that this engine can hold', `the error ${describeValue(String(error))}`);
  const got = found.found === null ? 'the end of the text' : describeValue(found.found);
  return problemAt('$', found.expected, `${got} at line ${found.line}, column ${found.column}`);
}
