import { count, describeValue, findJsonError, formatCount, scanNames } from '../text/index.ts';
import { problemAt, ProblemReport, type WireProblem, type WireResult } from './problems.ts';

/** What `JSON.parse` returns and `JSON.stringify` keeps. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** A JSON object. Names may be any strings. */
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

/** In UTF-16 units. Longer than any message; bounds the work on a hostile one. */
export const MAX_JSON_LENGTH = 10_000_000;
/** Deeper than any message, including unknown fields of newer peers. */
export const MAX_JSON_DEPTH = 64;

/**
 * Like `JSON.parse`, for untrusted text. A syntax error is returned with its line and column. A name that appears twice
 * in one object is also an error, because either could be meant. So is a text over {@link MAX_JSON_LENGTH} or {@link
 * MAX_JSON_DEPTH}. Never throws.
 */
export function parseJson(text: string): WireResult<unknown> {
  if (text.length > MAX_JSON_LENGTH) {
    const limit = `a text of at most ${count(MAX_JSON_LENGTH, 'character')}`;
    return { ok: false, problems: [problemAt('$', limit, formatCount(text.length))] };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { ok: false, problems: [syntaxProblem(text, error)] };
  }
  const problems = nameProblems(text);
  return problems.length === 0 ? { ok: true, value } : { ok: false, problems };
}

function nameProblems(text: string): readonly WireProblem[] {
  const problems = new ProblemReport();
  const depth = scanNames(text, MAX_JSON_DEPTH, (path) =>
    problems.addProblem(path, 'a name once in its object', 'it again'),
  );
  if (depth <= MAX_JSON_DEPTH) return problems.list();
  return [problemAt('$', `at most ${count(MAX_JSON_DEPTH, 'level')} of nesting`, formatCount(depth))];
}

function syntaxProblem(text: string, error: unknown): WireProblem {
  const found = findJsonError(text);
  // The text is JSON, but the engine rejected it: it is too deep for this engine.
  if (found === null)
    return problemAt('$', 'JSON that this engine can hold', `the error ${describeValue(String(error))}`);
  const what = found.found === null ? 'the end of the text' : describeValue(found.found);
  return problemAt('$', found.expected, `${what} at line ${found.line}, column ${found.column}`);
}
